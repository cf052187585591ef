"""What the help pages say of commands and options, and what typer says of arguments."""

CHINESE = {
    # typer's own words
    "Show this message and exit.": "显示本帮助并退出。",
    "Install completion for the current shell.": "为当前命令行安装自动补全。",
    "Show completion for the current shell, to copy it or customize the installation.": "显示当前命令行的补全脚本，供复制或自行安装。",
    "Install completion for the specified shell.": "为指定的命令行安装自动补全。",
    "Show completion for the specified shell, to copy it or customize the installation.": "显示指定命令行的补全脚本，供复制或自行安装。",
    "default: {value}": "默认：{value}",
    "required": "必填",
    "No such option: {name} (Possible options: {names})": "没有选项 {name}（是否想写 {names}？）",
    "No such option: {name}": "没有选项 {name}",
    "No such command {name}. Did you mean {names}?": "没有命令 {name}（是否想写 {names}？）",
    "No such command {name}": "没有命令 {name}",
    "Missing argument {name}": "缺少参数 {name}",
    "Missing option {name}": "缺少选项 {name}",
    "Missing command": "缺少命令",
    "Got unexpected extra argument(s) ({names})": "多出了参数 {names}",
    "Option {name} requires an argument": "选项 {name} 后面要写一个值",
    "Option {name} does not take a value": "选项 {name} 后面不能写值",
    "Invalid value for {name}: {why}": "{name} 的值不对：{why}",
    "{value} is not a valid int range": "{value} 不是整数",
    "{value} is not a valid float range": "{value} 不是数字",
    "{value} is not a valid int": "{value} 不是整数",
    "{value} is not a valid float": "{value} 不是数字",
    "{value} is not in the range {range}": "{value} 超出范围 {range}",
    "{what}; see: {command} --help": "{what}；用法见：{command} --help",
    "Usage: {usage}": "用法：{usage}",
    "Arguments": "参数",
    "Options": "选项",
    "Commands": "命令",
    "{title}:": "{title}：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "; ": "；",
    # commands
    "Find precedents: ask in your own words what others did about a problem, and get ranked passages with checkable citations.": (
        "前例：用自己的话提问，看别人是怎么解决同一个问题的；列出相关段落，每段都附有可以核对的出处。"
    ),
    'Start with:  qianli index FOLDER   then:  qianli search "电瓶车到处乱停，别处怎么解决的"': (
        '先建索引：qianli index 文件夹   再提问：qianli search "电瓶车到处乱停，别处怎么解决的"'
    ),
    "Read files and folders into the index: adds what is new or changed, removes what vanished. Without any: those indexed before.": (
        "把文件和文件夹收入索引：加入新的和改过的，去掉已经不在的。不写路径则更新以前收入的。"
    ),
    "Ask one question: ranked passages with citations. Exit code 1 when there is no precedent.": (
        "问一个问题，列出相关段落和出处。没有先例时退出码为 1。"
    ),
    "Show how pages were read: articles with their heads, paragraphs, lines and what is doubtful. No index is needed.": (
        "查看页面读成了什么样：文章、标题、段落、行号，以及存疑之处。不需要索引。"
    ),
    "Show a cited passage inside its article, with its neighbours.": "查看出处所指的段落及其前后段落。",
    "Tell what the index holds, its model and its health.": "查看索引的内容、模型和完好情况。",
    "Measure the ranking on judged questions: nDCG@10, MRR, hits, recall and what is told as found, by type, with 95 % intervals.": (
        "用评判过的问题衡量检索效果：nDCG@10、MRR、命中率、召回率，以及有无先例的判断，按类型列出，附 95 % 区间。"
    ),
    # options and arguments
    "Show the version and exit.": "显示版本并退出。",
    "Write PAGE.articles.json beside each page: edit it, and it overrides what was read.": (
        "在每个页面旁边写出 PAGE.articles.json；改好之后，就按它读取。"
    ),
    "At most so many passages of one article; 0: no limit.": "同一篇文章最多列几段；0 为不限。",
    "At most so many passages of one article; 0: no limit. [default: 3, in other formats 0]": (
        "同一篇文章最多列几段；0 为不限。[默认：3，其他格式为 0]"
    ),
    'JSON lines: id, query, and judgements in "relevant" or in --qrels.': 'JSON 行：id、query，评判写在 "relevant" 里或 --qrels 文件里。',
    "Judgements by name, as BEIR and TREC have them; QUERIES holds the questions.": "BEIR 或 TREC 格式的评判文件；问题在 QUERIES 里。",
    "Judge this run (what batch wrote, or a TREC run) and ask no index.": "评判已有的结果（batch 写出的，或 TREC 结果），不检索索引。",
    "Compare with this run, question by question.": "与这份结果逐题比较。",
    "Write the run there: JSON lines, or a TREC run with --trec.": "把结果写入这个文件：JSON 行，加 --trec 则为 TREC 结果。",
    "Fit the probabilities of this model (or reranker) on the judged questions.": "用评判过的问题校准这个模型的把握。",
    "With --calibrate: the share of answerable questions that may be told nothing.": (
        "与 --calibrate 一起使用：有答案的问题中，允许多大比例被报告为没有先例。"
    ),
    "With --calibrate: keep the line in the index, for every later search.": "与 --calibrate 一起使用：把校准结果存入索引，供今后检索使用。",
    "Read and verify every row and file of the index.": "逐一读取并检查索引的全部内容和文件。",
    "Instead of a question: more like this passage (an id or SOURCE:LINE), or like the text of this file.": (
        "不写问题，而找与这个段落（编号或 SOURCE:LINE）或这个文件类似的段落。"
    ),
    "Show what each hit's rank and probability are made of, and which words met.": "说明每一段的名次和把握是怎么算出来的，哪些词语对应。",
    "The id of a citation (its first six characters will do), or SOURCE:LINE.": "出处的编号（写前六位即可），或 SOURCE:LINE（来源:行号）。",
    "How many passages before and after it.": "前后各显示几段。",
    "The index: a folder, or oceanbase://USER@HOST:2881/DATABASE/NAME. [default: $QIANLI_INDEX, else .qianli here or in a parent folder]": (
        "索引：文件夹，或 oceanbase://用户@主机:2881/数据库/名称。[默认：$QIANLI_INDEX，否则为当前或上级文件夹中的 .qianli]"
    ),
    "Files and folders: text, Markdown, and documents such as .pdf, .docx, .xlsx.": "文件或文件夹：文本、Markdown，以及 .pdf、.docx、.xlsx 等文档。",
    "Where such a model computes: cpu, cuda, mps.": "这样的模型在哪里计算：cpu、cuda、mps。",
    "How many passages at most.": "最多列几段。",
    "Leave out passages below this probability; 0 shows all k. [default: what counts as found]": (
        "略去把握低于此值的段落；0 为全部列出。[默认：能算先例的最低值]"
    ),
    "Only articles about this place or one below it, such as 上城区.": "只查这个地方及其下辖地方的文章，如 上城区。",
    "Only articles printed then or later: 2024, 2024-05 or 2024-05-06.": "只查这个日期及以后刊出的文章：2024、2024-05 或 2024-05-06。",
    "Only articles printed then or earlier.": "只查这个日期及以前刊出的文章。",
    "Only sources with such a name, such as '2024/*.txt'.": "只查这样命名的来源，如 '2024/*.txt'。",
    "What finds passages: hybrid (meaning and words), dense (meaning) or lexical (words).": (
        "检索方式：hybrid（意思和字词）、dense（意思）或 lexical（字词）。"
    ),
    "Show N passages before and after each hit as well.": "每一段的前后各多显示 N 段。",
    "Print JSON, one object a line.": "输出 JSON，每行一个对象。",
    "Print CSV that Excel opens (UTF-8 with a byte-order mark).": "输出 Excel 能直接打开的 CSV（UTF-8，带 BOM）。",
    "Print Markdown.": "输出 Markdown。",
    "Print a TREC run.": "输出 TREC 结果。",
    "A cross-encoder (sentence-transformers) that decides the order of the first 50.": (
        "重排模型（sentence-transformers 的 cross-encoder），决定前 50 段的次序。"
    ),
    "Print nothing but results and errors.": "只输出结果和错误。",
}
