"""What is said of an index as a whole and of how well it answers: `info`, `eval`.

Words: judged 评判过的, relevant 相关, share 比例.
"""

CHINESE = {
    # what an index holds
    "{name} ({dim} dimensions, {fingerprint})": "{name}（{dim} 维，{fingerprint}）",
    "none: every row and file agrees with its digest": "没有：所有内容和文件都与校验值一致",
    "address": "位置",
    "pages": "页面",
    "articles": "文章",
    "passages": "段落",
    "model": "模型",
    "segmenter": "分词",
    "format": "格式",
    "generation": "版次",
    "size": "大小",
    "damage": "损坏",
    "search": "检索",
    "exact": "精确",
    "build": "建立",
    "not finished, {count:,} pages are kept; go on with it: qianli index FOLDER": (
        "尚未建完，已保存 {count:,} 个页面；请继续：qianli index 文件夹"
    ),
    "vectors": "向量",
    "terms": "词语",
    "{what} approximate: {how}; this keeps {kept} of the exact search among {passages:,} passages": (
        "{what}为近似：{how}；在 {passages:,} 个段落中与精确检索相比：{kept}"
    ),
    "codes of {bits} bits find the {compared:,} that are compared exactly": "先用 {bits} 位编码找出 {compared:,} 个，再逐一精确比较",
    "those of at most {share:.0%} of the passages find what all of them score": "由出现在不超过 {share:.0%} 段落中的词语找出段落，再用全部词语打分",
    # judged questions
    "all": "全部",
    "all, with 95 % intervals of a bootstrap over questions": "全部问题，附 95 % 区间（对问题重复抽样）",
    "against {run}, paired by question": "与 {run} 相比，逐题配对",
    "found: of {count} told found, this share has a relevant passage among the hits: {share}": (
        "有先例：报告有先例的 {count} 个问题中，列出相关段落的比例：{share}"
    ),
    "found: of {count} that nothing answers, this share is told so: {share}": (
        "无先例：确实没有答案的 {count} 个问题中，报告没有先例的比例：{share}"
    ),
    "no answer bears a name that is judged, such as {example}: names are ids of citations, sources, or these without .txt": (
        "回答中没有一个名称是评判过的，例如 {example}：名称可以是出处编号、来源，或不带 .txt 的来源"
    ),
    "{file} line {number}": "{file} 第 {number} 行",
    "something is wrong at character {column}": "第 {column} 个字符处有误",
    "more brackets in each other than can be read": "括号嵌套太深",
    "{questions} questions, {passages} ranked passages, {right} of them right": "{questions} 个问题，{passages} 个段落，其中 {right} 个正确",
    "--calibrate asks the index and prints JSON; leave out {options}": "--calibrate 检索索引并输出 JSON；请去掉 {options}",
    "--error and --save belong to --calibrate; add it": "--error 和 --save 要与 --calibrate 一起使用；请加上",
    "only one of {options} can be printed; choose one": "{options} 只能选一种输出",
    "{file} exists; remove it, or name another file with -o": "{file} 已经存在；请先移走，或用 -o 换一个文件名",
    "-o with --results writes a TREC run; add --trec": "-o 与 --results 一起使用时写出 TREC 结果；请加上 --trec",
    "--mode lexical has no cosine to calibrate; leave it out": "--mode lexical 没有可校准的向量；请去掉",
    "left out {count} question: nothing relevant to it is among the judgements": "略去 {count} 个问题：评判中没有与它相关的段落",
    "left out {count} questions: nothing relevant to them is among the judgements": "略去 {count} 个问题：评判中没有与它们相关的段落",
    "kept in {file}; every search of this index with this model uses it from now on": (
        "已存入 {file}；今后用这个模型检索这个索引，都按它计算"
    ),
}
