"""What the command line says of itself: settings, history, saved searches, completion, the example pages."""

CHINESE = {
    # settings
    "Show the settings and where each comes from, or set one.": "查看各项设置的值和来源，或修改其中一项。",
    "A setting; without one, all are shown.": "设置项；不写则列出全部。",
    "What it is set to.": "设成什么值。",
    "Remove the setting from the file: what is built in holds again.": "从文件中删去这一项，恢复为默认值。",
    "Write qianli.toml in this folder, for all who search from it, and not your own file.": (
        "写入当前文件夹的 qianli.toml（在此文件夹中检索的人都按它），而不是您个人的设置文件。"
    ),
    "built in": "默认值",
    "name the setting to remove: qianli config KEY --unset": "请写明要删去哪一项：qianli config 设置项 --unset",
    "there is no setting {key}; choose one of {names}": "没有名为 {key} 的设置项；可用的有：{names}",
    "--unset takes no value; leave one of them out": "--unset 不带值；请去掉其中一个",
    "removed {key} from {file}": "已从 {file} 中删去 {key}",
    "{key} is not set in {file}": "{file} 中没有 {key} 这一项",
    "{key} = {value} in {file}": "{file} 中已设为 {key} = {value}",
    "{key} can only be set in your own file; leave --here out": "{key} 只能写在您个人的设置文件里；请去掉 --here",
    "this system tells no folder for settings; name a file with QIANLI_CONFIG": (
        "系统没有给出存放设置的文件夹；请用 QIANLI_CONFIG 指定一个文件"
    ),
    "give a text": "应为文字",
    "give true or false": "应为 true 或 false",
    "give a whole number, {least} or more": "应为不小于 {least} 的整数",
    "give a date such as 2024, 2024-05 or 2024-05-06": "应为日期，如 2024、2024-05 或 2024-05-06",
    "give a probability from 0 to 1": "应为 0 到 1 之间的概率",
    "choose one of {names}": "应为下列之一：{names}",
    "{key} is {value!r}; {wanted}": "{key} 的值是 {value!r}；{wanted}",
    " (did you mean {name}?)": "（是否想写 {name}？）",
    "{where}: there is no setting {key}{near}; see: qianli config": "{where}：没有名为 {key} 的设置项{near}；全部设置项见：qianli config",
    "{where}: {key} can only be set in your own file: qianli config {key} VALUE": (
        "{where}：{key} 只能写在您个人的设置文件里：qianli config {key} 值"
    ),
    "{file}:1: this is not UTF-8; save the file as UTF-8": "{file}:1：文件不是 UTF-8 编码；请另存为 UTF-8",
    "{file}:{line}: this is not TOML; write lines such as  top_k = 20  or  index = 'D:\\pages'": (
        "{file}:{line}：不是有效的 TOML；请写成  top_k = 20  或  index = 'D:\\pages'  这样的行"
    ),
    "{file} cannot be read: {why}; mend this, or name another file with QIANLI_CONFIG": (
        "{file} 无法读取：{why}；请先解决，或用 QIANLI_CONFIG 指定另一个文件"
    ),
    "{file} cannot be written: {why}; nothing was changed": "{file} 无法写入：{why}；没有改动",
    "{file} has {key} in a form that cannot be changed from here; edit the file": "{file} 中 {key} 的写法无法用命令修改；请直接编辑该文件",
    # history
    "Show what was asked, when, and what was found. Only you can read it; batches are not kept.": (
        "查看问过什么、何时问的、有没有找到。只有您本人能看；批量提问不记录。"
    ),
    "Only the last N questions; 0: all.": "只看最近 N 个问题；0 为全部。",
    "Remove all questions that were kept.": "删去全部记录。",
    "--clear removes all questions; leave the other options out": "--clear 会删去全部记录；请去掉其他选项",
    "removed {count} question": "已删去 {count} 条记录",
    "removed {count} questions": "已删去 {count} 条记录",
    "questions are not kept now; keep them with: qianli config history true": "目前不记录问题；要记录请运行：qianli config history true",
    "no question is kept": "还没有记录",
    "{count} hit": "找到 {count} 段",
    "{count} hits": "找到 {count} 段",
    "nothing": "没有找到",
    "{file} cannot be used: {why}; mend this, or remove the file to begin anew": "{file} 无法使用：{why}；请先解决，或删去该文件重新开始",
    # saved searches
    "Ask a saved search again: only what was not there the last time. Exit code 1 when there is nothing new.": (
        "重新提问已保存的检索，只列出上次之后新增的段落。没有新增时退出码为 1。"
    ),
    "The name given with search --save; without one, the saved searches are listed.": "用 search --save 起的名字；不写则列出已保存的检索。",
    "Remove this saved search.": "删去这个已保存的检索。",
    "Ask this index from now on, and not the one that was searched.": "今后改查这个索引，不再查原来的。",
    "Keep this search as NAME; later only what is new since: qianli new NAME.": (
        "把这次检索以 NAME 为名保存；以后用 qianli new NAME 只看新增的段落。"
    ),
    "name the saved search: qianli new NAME; the names are shown by: qianli new": (
        "请写明是哪个检索：qianli new 名字；已保存的名字见：qianli new"
    ),
    "removed the saved search {name}": "已删去保存的检索 {name}",
    "no search is saved as {name}; saved are: {names}": "没有名为 {name} 的已保存检索；已保存的有：{names}",
    "no search is saved as {name}; save one with: qianli search QUESTION --save {name}": (
        "没有名为 {name} 的已保存检索；可这样保存：qianli search 问题 --save {name}"
    ),
    "{name!r} is no name for a saved search; choose a word or two, such as 充电桩": "{name!r} 不能作名字；请起一个简短的名字，如 充电桩",
    "{name} was saved before; it asks this now": "原来已有 {name}，现在改问这个问题",
    "saved; what is new since is told by: qianli new {name}": "已保存；以后用 qianli new {name} 查看新增的段落",
    "nothing new for {name} since {time}": "{name} 自 {time} 以来没有新增",
    "{count} new passage": "新增 {count} 段",
    "{count} new passages": "新增 {count} 段",
    "{passages} for {name} since {time}:": "{name} 自 {time} 以来{passages}：",
    # encodings
    "Print in this encoding, such as gbk. [default: that of the terminal; UTF-8 for --json, --csv, --md, --trec]": (
        "用这种编码输出，如 gbk。[默认：终端的编码；--json、--csv、--md、--trec 为 UTF-8]"
    ),
    "there is no encoding {name}; choose utf-8, gbk, gb18030 or another that Python knows": (
        "没有名为 {name} 的编码；可用 utf-8、gbk、gb18030 或 Python 支持的其他编码"
    ),
    "characters that {encoding} does not have are shown as ?: {codes}; print all of them with --encoding utf-8": (
        "{encoding} 中没有的字显示为 ?：{codes}；用 --encoding utf-8 可全部输出"
    ),
    # results on a terminal
    "more like: {passage}": "类似于：{passage}",
    "the nearest passages, too uncertain to be called precedents:": "最接近的段落，把握不足，不能算先例：",
    "there are precedents, but none reaches --min-score:": "有先例，但没有一条达到 --min-score：",
    "also in: {places}": "同文另见：{places}",
    "{count} more of this article: --per-article 0": "同篇另有 {count} 段：--per-article 0",
    "kicker": "眉题",
    "subtitle": "副题",
    "{path} has changed since it was indexed": "{path} 在编入索引之后改过",
    "{path} is not there any more since it was indexed": "{path} 在编入索引之后不见了",
    "{path} cannot be read now": "{path} 现在无法读取",
    "qianli: {what}; above stands what it said then; see: qianli verify {citation}": (
        "qianli: {what}；以上是当时的内容；核对请运行：qianli verify {citation}"
    ),
    # how a hit is explained
    "order {sum}, the sum of:": "排序得分 {sum}，由以下各项相加：",
    "{name} {value}: {above} against the average × weight {weight} = {share}": (
        "{name} {value}：与平均相比 {above} × 权重 {weight} = {share}"
    ),
    "meaning": "意思相近",
    "same words": "字词相同",
    "similar words": "词语对应",
    "meaning, above the usual": "意思相近，高出平常",
    "question and passage read together": "问题和段落通读",
    "places and numbers that it does not name": "没有提到的地名和数字",
    "a heading without a word of the question": "标题中没有问题里的词",
    "what alone is asked for is missing": "没有所要找的内容",
    "read by --rerank": "--rerank 通读",
    "probability {score} = 1/(1+e^-s), s = {sum}, the sum of:": "把握 {score} = 1/(1+e^-s)，s = {sum}，由以下各项相加：",
    "probability {score}, no more than that of the hit before; its own is {own} = 1/(1+e^-s), s = {sum}, the sum of:": (
        "把握 {score}，不高于前一条；本条自身为 {own} = 1/(1+e^-s)，s = {sum}，由以下各项相加："
    ),
    "probability {score}, shared with the hits after it; its own is {own} = 1/(1+e^-s), s = {sum}, the sum of:": (
        "把握 {score}，与后面几条取齐；本条自身为 {own} = 1/(1+e^-s)，s = {sum}，由以下各项相加："
    ),
    "starting value {constant}": "起点 {constant}",
    "similar words {sum}, the sum of likeness × weight:": "词语对应 {sum}，由以下各项（相似程度 × 权重）相加：",
    "{count} other word = {share}": "其余 {count} 个词 = {share}",
    "{count} other words = {share}": "其余 {count} 个词 = {share}",
    # opening a source
    "Open the source at its line in your editor (VISUAL, EDITOR), else in the system's viewer.": (
        "用您的编辑器（VISUAL、EDITOR）打开原文并跳到所在行；没有编辑器则用系统默认程序打开。"
    ),
    "{path} is not there any more; where it lies now can be indexed with: qianli index FOLDER": (
        "{path} 已经不在了；请把它现在所在的文件夹编入索引：qianli index 文件夹"
    ),
    "the editor {editor} cannot be read; mend VISUAL or EDITOR": "编辑器命令 {editor} 有误；请改正 VISUAL 或 EDITOR",
    "it ended with code {code}": "退出码为 {code}",
    "{program} does not open it: {why}; name your editor with VISUAL or EDITOR; the passage stands in {file}, line {line}": (
        "{program} 打不开：{why}；请用 VISUAL 或 EDITOR 指定编辑器；该段在 {file} 第 {line} 行"
    ),
    # what a question demands
    'The question in your own words; - reads it from standard input. "exact words" must stand in a passage, -word must not.': (
        '用自己的话提问；- 表示从标准输入读取。"原词" 必须在段落中出现，-词 不得出现。'
    ),
    "no passage has what the quotes demand, or all have what -word excludes; leave the quotes or -word out": (
        "没有段落含有引号中的原词，或都含有 -词 排除的词；请去掉引号或 -词"
    ),
    # the example pages
    "Try qianli: index a few invented example pages and ask a question. Nothing of yours is read or changed.": (
        "试用：把几篇虚构的示例文章编入索引，再提一个问题。不读取也不改动您的任何文件。"
    ),
    "Put the pages and the index there and keep them; else they go when the demo ends.": (
        "把示例文章和索引放在这个文件夹并保留；不写则演示结束后删除。"
    ),
    "{path} is no folder; name another one": "{path} 不是文件夹；请另写一个",
    "{path} holds files of yours; name another folder for the demo": "{path} 中有您自己的文件；请为演示另写一个文件夹",
    "now ask a question of your own: qianli search QUESTION --index {index}": "现在可以提您自己的问题：qianli search 问题 --index {index}",
    "now index pages of your own: qianli index FOLDER   (to keep these: qianli demo FOLDER)": (
        "现在可以把您自己的文件编入索引：qianli index 文件夹   （要保留示例：qianli demo 文件夹）"
    ),
    # models
    "Embedding model: contextual (the default), static (many times faster), or any of sentence-transformers by name or folder.": (
        "向量模型：contextual（默认）、static（快许多倍），或任何 sentence-transformers 模型的名称或文件夹。"
    ),
    "the index in {address} was made with {name}, which is not on this machine: where it is an encoder of your own, ask the index from "
    "Python: open_search({address!r}, model=ENCODER); a model of the hub is fetched with --model {name}; --mode lexical needs no model": (
        "{address} 中的索引是用 {name} 建立的，本机没有这个模型：如果是您自己的编码器，请在 Python 中检索："
        "open_search({address!r}, model=ENCODER)；如果是网上的模型，可用 --model {name} 下载；--mode lexical 不需要模型"
    ),
}
