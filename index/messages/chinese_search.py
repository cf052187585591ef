"""What the package `search` says: questions, options, models that rank, judged questions, and what was found.

Words: question 问题, precedent 先例, passage 段落, citation 出处, score 把握, judgement 评判.
"""

CHINESE = {
    "no precedent found": "没有找到先例",
    # questions and options
    "a question is text, and this is {name}; ask in a few words": "问题应是文字，这里是 {name}；请用几个词提问",
    "the question is empty; ask in a few words, for example: qianli search 电动自行车充电": (
        "问题是空的；请用几个词提问，例如：qianli search 电动自行车充电"
    ),
    "several questions are a list of texts; ask a single one with search": "多个问题应是文字的列表；只问一个请用 search",
    "this search is closed; open it again with open_search": "检索已关闭；请用 open_search 重新打开",
    "the index in {address} is empty; fill it with: qianli index FOLDER": "{address} 中的索引是空的；请收入文件：qianli index 文件夹",
    "options are SearchOptions, such as SearchOptions(k=3), and not {name}": "选项应是 SearchOptions，如 SearchOptions(k=3)，不是 {name}",
    "no mode {mode}; choose one of {modes}": "没有方式 {mode}；可选 {modes}",
    "min_score is {score}; give a probability from 0 to 1": "min_score 是 {score}；应是 0 到 1 之间的数",
    "since is {since}, which comes after until, {until}; exchange them": "起始日期 {since} 晚于截止日期 {until}；请对调",
    "{name} is {number}; give a whole number, {least} or more": "{name} 是 {number}；应是不小于 {least} 的整数",
    "{name} is {given}; give a text": "{name} 是 {given}；应是文字",
    "{name} is {date}; give a date such as 2024, 2024-05 or 2024-05-06": "{name} 是 {date}；日期请写成 2024、2024-05 或 2024-05-06",
    "mode {mode} needs the model of the index": "方式 {mode} 需要索引所用的模型",
    # more like this
    "--like needs a citation or a file; a text from elsewhere is a question: qianli search - < TEXT": (
        "--like 需要出处或文件；别处的文字请当作问题：qianli search - < 文件"
    ),
    "--like {name}: there is no such file, and as a citation: {error}": "--like {name}：没有这个文件，作为出处则：{error}",
    "--like {path} is a folder; name one file of it": "--like {path} 是文件夹；请指定其中一个文件",
    "--like {path}: {reason}; name a file with text": "--like {path}：{reason}；请指定有文字的文件",
    "--like {path}: there is no word in it; name a file with text": "--like {path}：其中没有文字；请指定有文字的文件",
    # models that rank
    "there is no model in {name}; name the folder of a sentence-transformers CrossEncoder, or leave --rerank out": (
        "{name} 中没有模型；请指定 sentence-transformers 的 CrossEncoder 文件夹，或去掉 --rerank"
    ),
    "{name} is no cross-encoder but a {kind}, which has no score to give; name a CrossEncoder, or use it with --model": (
        "{name} 不是 cross-encoder，而是 {kind}，不能打分；请指定 CrossEncoder，或用于 --model"
    ),
    "the cross-encoder {name} gives {many} scores a passage, not one; name one that was made to rank": (
        "cross-encoder {name} 对一个段落给出 {many} 个分数，而不是一个；请指定用于排序的模型"
    ),
    "the reranker {name} gives no numbers; it may need another --device, or leave --rerank out": (
        "模型 {name} 没有给出数字；可能需要另一个 --device，或去掉 --rerank"
    ),
    "the model in {folder} cannot be read ({error}); install qianli again": "{folder} 中的模型读不出（{error}）；请重新安装 qianli",
    "the model in {folder} was made for another contextual model; install qianli again": (
        "{folder} 中的模型是配另一个模型用的；请重新安装 qianli"
    ),
    # checking citations
    "{name} cannot be read: {reason}; name a file with results of search --json, or a citation": (
        "{name} 读不出：{reason}；请指定 search --json 结果的文件，或一个出处"
    ),
    "{where} is longer than {most} MB; name a file with results of search --json": (
        "{where} 超过 {most} MB；请指定 search --json 结果的文件"
    ),
    "{folder}: there is no such folder; name the folder that was indexed": "{folder}：没有这个文件夹；请指定当初收入索引的文件夹",
    # judged questions
    "only {right} right passages: the scores may move by a tenth or more; {few} are the least to rely on": (
        "只有 {right} 个正确段落：分数可能相差一成以上；至少有 {few} 个才可靠"
    ),
    "there is nothing to fit: {counts}; give at least {folds} questions, with right and wrong passages among their first {k}": (
        "不足以校准：{counts}；请至少给出 {folds} 个问题，其前 {k} 个段落中对错都有"
    ),
    "there are too few right or wrong passages to hold some back; judge more questions": "正确或错误的段落太少，留不出检验用的；请多评判一些问题",
    '{file} has no judged question; give each its judgements in "relevant"': '{file} 中没有评判过的问题；请在 "relevant" 中写明评判',
    "{file} has no judged question that {qrels} knows; compare the ids of both files": "{file} 中没有 {qrels} 评判过的问题；请核对两个文件的编号",
    "the questions are judged by strings in the passages, and this run has none; give JSON lines, as batch writes them": (
        "这些问题按段落中的文字评判，而这份结果没有文字；请给 batch 写出的 JSON 行"
    ),
    '{where} has no text in "query"; write it as {forms}': '{where}的 "query" 中没有文字；请写成 {forms}',
    '{where} has no judgements in "relevant"; write them as {forms}, or name them with --qrels FILE': (
        '{where}的 "relevant" 中没有评判；请写成 {forms}，或用 --qrels 指定文件'
    ),
    "{where}: {given} is no judgement; write it as {forms}": "{where}：{given} 不是评判；请写成 {forms}",
    "{where}: a question {id} came before; give each its own id": "{where}：问题 {id} 前面已有；每个问题请用不同的编号",
    "{where} is no JSON: {error}; write one question a line: {forms}": "{where} 不是 JSON：{error}；请一行写一个问题：{forms}",
    "{where} is no JSON object; write one question a line: {forms}": "{where} 不是 JSON 对象；请一行写一个问题：{forms}",
    "{qrels} line {number} is no judgement: {given}; it must hold query-id, corpus-id, score (BEIR) or qid, 0, docid, rel (TREC)": (
        "{qrels} 第 {number} 行不是评判：{given}；应是 query-id, corpus-id, score（BEIR）或 qid, 0, docid, rel（TREC）"
    ),
    "{file} cannot be read: {reason}; name a file of text in UTF-8, or one in .gz": "{file} 读不出：{reason}；请指定 UTF-8 文本文件，或 .gz 文件",
    "{file} is empty; make it with: qianli batch QUERIES -k 10 --min-score 0 -o {file}": (
        "{file} 是空的；请先生成：qianli batch 问题文件 -k 10 --min-score 0 -o {file}"
    ),
    "{count} questions have no answer in {file}, the first is {missing}; ask them all, or judge fewer": (
        "{file} 中有 {count} 个问题没有答案，第一个是 {missing}；请全部提问，或少评判一些"
    ),
    "{file} answers none of the judged questions; compare the ids of both files": "{file} 没有回答任何评判过的问题；请核对两个文件的编号",
    "{file} line {number} is no answer ({error}); it must be as batch writes it: id, found, hits": (
        "{file} 第 {number} 行不是答案（{error}）；应如 batch 所写：id, found, hits"
    ),
    "{file} line {number} is no line of a TREC run: {given}; it must be: qid Q0 docid rank score tag": (
        "{file} 第 {number} 行不是 TREC 结果：{given}；应是：qid Q0 docid rank score tag"
    ),
    "{note} cannot be read ({error}); remove it, and fit it anew with: qianli eval QUERIES --calibrate --save": (
        "{note} 读不出（{error}）；请删除后重新校准：qianli eval 问题文件 --calibrate --save"
    ),
}
