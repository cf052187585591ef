"""What is said when results are cited, checked and handed in: references, evidence sheets, `verify`."""

CHINESE = {
    # search/verification
    "{file}, line {number}": "{file} 第 {number} 行",
    "{name} holds no results; name a file with results of search --json, or a citation": (
        "{name} 中没有检索结果；请指定 search --json 的结果文件，或者一条引文"
    ),
    "no JSON; results are written by: qianli search --json": "不是 JSON；结果文件这样写出：qianli search --json",
    "no result; results are written by: qianli search --json": "不是检索结果；结果文件这样写出：qianli search --json",
    "was not asked: {reason}": "没有检索：{reason}",
    "{where}, hit {rank}": "{where}的第 {rank} 条",
    "no citation: it needs text, and source and lines in citation": "没有引文：需要 text，以及 citation 中的 source 和 lines",
    "there is no such file": "没有这个文件",
    "its text does not stand in the source": "原文中没有这段话",
    "its text does not stand in the source any more": "原文中已经没有这段话",
    # search/output/verdicts
    "{count} citation: {listed}": "共 {count} 条引文：{listed}",
    "{count} citations: {listed}": "共 {count} 条引文：{listed}",
    "ok": "一致",
    "moved": "位置有变",
    "altered": "与原文不一致",
    "missing": "找不到原文",
    "unreadable": "无法核对",
    "Files of search --json or batch, - for standard input, or citations (an id or SOURCE:LINE). [default: the whole index]": (
        "search --json 或 batch 写的文件，- 表示标准输入；或引文（编号，或 文件:行号）。[默认：整个索引]"
    ),
    "Check citations against their sources: ok, moved, altered (and how) or missing. Exit code 1 when any is not ok.": (
        "把引文与原文核对：一致、位置有变、与原文不一致（指出何处）或找不到原文。有任何一条不一致时退出码为 1。"
    ),
    "now at {lines}": "现在第 {lines} 行",
    "question “{query}”, hit {rank}": "问题“{query}”的第 {rank} 条",
    "question {id} “{query}”, hit {rank}": "问题 {id}“{query}”的第 {rank} 条",
    # search/citing
    "{where}: {reason}": "{where}：{reason}（无法引用）",
    "no form {form}; choose one of {forms}": "没有 {form} 这种格式；请在 {forms} 中选一种",
    "a docx is no text for the screen; name a file for it with -o, such as -o report.docx": (
        "docx 不能显示在屏幕上；请用 -o 给出文件名，如 -o 报告.docx"
    ),
    "the name {file} does not say which form to write; end it with one of {suffixes}, or choose --form": (
        "从文件名 {file} 看不出要写哪种格式；请以 {suffixes} 之一结尾，或用 --form 指定格式"
    ),
    "{file} is a name for the form {named}, and {form} was asked for; choose one of them": (
        "文件名 {file} 表示格式 {named}，但指定的格式是 {form}；请只选一种"
    ),
    "{file} holds the results themselves; name another file with -o": "{file} 就是结果文件本身；请用 -o 另给文件名",
    "{file} exists; name another file with -o, or overwrite it with --force": "{file} 已经存在；请用 -o 另给文件名，或用 --force 覆盖",
    "{file} is a folder; name a file in it with -o": "{file} 是文件夹；请用 -o 给出其中的文件名",
    "{file} cannot be written: {reason}; close it in other programs, or name another file with -o": (
        "无法写入 {file}：{reason}；请在其他程序中关闭它，或用 -o 另给文件名"
    ),
    "a docx is written with python-docx, which is not installed; install it with: pip install 'qianli-precedents[documents]'": (
        "写 docx 需要 python-docx，现在没有安装；请安装：pip install 'qianli-precedents[documents]'"
    ),
    # the evidence sheet
    "Report on precedents": "先例检索报告",
    "{year}-{month:02d}-{day:02d}": "{year}年{month}月{day}日",
    "Questions and precedents": "问题与先例",
    "No question was handed over.": "没有交来任何问题。",
    "What was searched": "检索范围和方法",
    "How the quotes were checked": "引文核对情况",
    "Sources": "资料来源",
    "File: {source}": "文件：{source}",
    "SHA-256 when it was quoted: {digest}": "引用时的校验值（SHA-256）：{digest}",
    "Passages named by their citations": "按引文列出的段落",
    "An empty question": "（空白的问题）",
    "More like this: {passage}": "与此类似：{passage}",
    "Number in the file of questions: {id}": "问题编号：{id}",
    "This question could not be asked: {reason}": "这个问题没有检索：{reason}",
    "No precedent was found.": "没有找到先例。",
    "There are precedents, but the result lists none of them.": "有先例，但结果中没有列出。",
    "Found: {count} passage.": "找到先例 {count} 段。",
    "Found: {count} passages.": "找到先例 {count} 段。",
    " (probability {score:.0%})": "（可信度 {score:.0%}）",
    "Untitled": "（无题）",
    "Before": "上文",
    "After": "下文",
    "Source: {citation} [{number}]": "出处：{citation} [{number}]",
    "Checked: the source says exactly this.": "核对：与原文一致。",
    "Checked: the source says this, but in other lines now: {lines}.": "核对：与原文一致，但现在位于第 {lines} 行。",
    "Not as quoted: in lines {lines} of the source, {changes}.": "核对：与原文不一致，原文第 {lines} 行中{changes}。",
    "“{old}” is left out": "没有“{old}”",
    "“{old}” is now “{new}”": "“{old}”现为“{new}”",
    "“{new}” is added": "多出“{new}”",
    "and more": "等等",
    "Could not be confirmed: {reason}": "核对：无法确认，{reason}",
    "{count} question": "共 {count} 个问题",
    "{count} questions": "共 {count} 个问题",
    "{questions}: {found} with precedents, {none} without": "{questions}：有先例的 {found} 个，没有先例的 {none} 个",
    ", {refused} that could not be asked": "，没有检索的 {refused} 个",
    "The results do not say of which state of which index they were asked, nor with which options.": (
        "结果文件没有记录检索时的索引、索引状态和选项。"
    ),
    "Index at the time of writing": "写报告时的索引",
    "{address} ({pages} pages, {passages} passages, state {state})": "{address}（{pages} 页，{passages} 段，第 {state} 个状态）",
    "There was no quote to check ({when}).": "没有需要核对的引文（{when}）。",
    "{count} as quoted": "与原文一致 {count} 条",
    "{count} moved to another place": "位置有变 {count} 条",
    "{count} altered": "与原文不一致 {count} 条",
    "{count} not confirmed": "无法确认 {count} 条",
    "{count} quote was compared with its source": "{count} 条引文已与原文核对",
    "{count} quotes were compared with their sources": "{count} 条引文已与原文核对",
    "{checked} at {when}: {listed}.": "{checked}（核对时间 {when}）：{listed}。",
    "Index": "索引",
    "State of the index": "索引状态",
    "Asked on": "检索日期",
    "Model": "模型",
    "Passages at most": "最多列出段数",
    "What finds passages": "检索方式",
    "Lowest probability": "最低可信度",
    "Place": "地点",
    "Only sources": "限定文件",
    "Printed since": "刊登时间不早于",
    "Printed until": "刊登时间不晚于",
    "Passages of one article at most": "每篇文章最多段数",
    "Neighbours shown": "上下文段数",
    "Cross-encoder": "重排模型",
    # search/cli
    "qianli: {error}; the sources are looked for without it": "qianli: {error}；改为不用索引查找原文",
    "qianli: nothing to cite: the results have no hits": "qianli: 结果中没有先例，没有可引用的内容",
    "qianli: the question {id} was not asked, so it cites nothing: {reason}": "qianli: 问题 {id} 没有检索，因此没有引文：{reason}",
    "qianli: {count} quote is not in its source as quoted; the sheet says so below it": (
        "qianli: 有 {count} 条引文与原文不一致或无法确认；报告在引文下方已注明"
    ),
    "qianli: {count} quotes are not in their sources as quoted; the sheet says so below them": (
        "qianli: 有 {count} 条引文与原文不一致或无法确认；报告在引文下方已注明"
    ),
    "--cite and -o write references and evidence sheets; for --{form} leave them out, and use > FILE": (
        "--cite 和 -o 用来写参考文献和证据报告；要 --{form} 请去掉它们，改用 > 文件"
    ),
    "Write results as references (GB/T 7714, RIS, BibTeX, CSL-JSON) or as an evidence sheet (Markdown, docx).": (
        "把检索结果写成参考文献（GB/T 7714、RIS、BibTeX、CSL-JSON）或证据报告（Markdown、docx）。"
    ),
    "Files of search --json or batch, - for standard input, or citations (an id or SOURCE:LINE).": (
        "search --json 或 batch 写的文件，- 表示标准输入；或引文（编号，或 文件:行号）。"
    ),
    "References: gbt7714, ris, bibtex, csl-json; an evidence sheet: md, docx. [default: by the name of --output, else gbt7714]": (
        "参考文献：gbt7714、ris、bibtex、csl-json；证据报告：md、docx。[默认：看 --output 的文件名，否则 gbt7714]"
    ),
    "Passages before and after each quote of a sheet, from the index.": "报告中每条引文前后各列几段，取自索引。",
    "Where the sources lie; several may be given. [default: where the index read them]": (
        "原文所在的文件夹，可给多个。[默认：建索引时所在的位置]"
    ),
    "Write there instead; .docx, .md, .ris, .bib, .json or .txt chooses the form.": (
        "写入这个文件；结尾 .docx、.md、.ris、.bib、.json、.txt 决定格式。"
    ),
    "Overwrite the file of --output if it exists.": "--output 的文件已存在时覆盖它。",
    "Print what is found as references (gbt7714, ris, bibtex, csl-json) or as an evidence sheet (md, docx with -o).": (
        "把找到的内容写成参考文献（gbt7714、ris、bibtex、csl-json）或证据报告（md；docx 要用 -o）。"
    ),
}
