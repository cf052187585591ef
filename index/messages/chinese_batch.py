"""What `qianli batch` says: files of questions and files of answers."""

CHINESE = {
    "{file} is a spreadsheet, and python-calamine, which reads it, is not installed; install it with: {command}": (
        "{file} 是电子表格，但没有安装读取它的 python-calamine；请安装：{command}"
    ),
    "{file} is no spreadsheet that can be read; save it as xlsx without a password, or as CSV": (
        "{file} 不是可以读取的电子表格；请另存为不带密码的 xlsx，或者 CSV"
    ),
    "{file}, line {number}, is no answer of a batch; name another file with -o": (
        "{file} 第 {number} 行不是批量回答的结果；请用 -o 换一个文件名"
    ),
    "{file} holds no answers in CSV ({reason}); name another file with -o": (
        "{file} 里不是 CSV 格式的回答（{reason}）；请用 -o 换一个文件名"
    ),
    "line {number}": "第 {number} 行",
    "row {number}": "表中第 {number} 行",
    "element {number}": "第 {number} 项",
    "{where} opens a quote that is not closed; close it, or double each quote in a cell": (
        "{where}有一个引号没有配对；请补上，单元格里的引号要写两遍"
    ),
    "{where} has a quote in the middle of a cell; double each quote in a cell": ("{where}的单元格中间有引号；单元格里的引号要写两遍"),
    "standard input": "标准输入",
    "{file} is no text and no table that can be read; name a file of JSON lines, CSV, xlsx, or one question a line": (
        "{file} 不是可以读取的文本或表格；请用 JSON 行、CSV、xlsx，或者一行一个问题的文件"
    ),
    "{file} cannot be read: {reason}; name a file with questions, or - for standard input": (
        "{file} 无法读取：{reason}；请写出问题文件的名字，或用 - 表示标准输入"
    ),
    '{where} has no text in "{column}"': "{where}的“{column}”里没有文字",
    '{where} has no "{column}", only {fields}; name the column with --column': (
        "{where}没有“{column}”，只有 {fields}；请用 --column 指明哪一列"
    ),
    '{file} has no column "{wanted}" for the ids, only {columns}{elsewhere}; name one of them, or leave --id-column out': (
        "{file} 没有“{wanted}”这一列可作编号，只有 {columns}{elsewhere}；请从中选一列，或者去掉 --id-column"
    ),
    '{file} has no column "{wanted}", only {columns}{elsewhere}; name the one with the questions: {option}': (
        "{file} 没有“{wanted}”这一列，只有 {columns}{elsewhere}；请指明哪一列是问题：{option}"
    ),
    " in the sheet {sheet} (other sheets: {others}; choose one with --sheet)": ("（工作表 {sheet}；另有 {others}，用 --sheet 选择）"),
    "the questions are those of the sheet {sheet}; for {others} ask again with --sheet": (
        "问题取自工作表 {sheet}；另有 {others}，需要时用 --sheet 选择"
    ),
    "{file} has no sheets; leave --sheet out": "{file} 没有工作表；请去掉 --sheet",
    "{file} has no sheet {sheet}, only {sheets}; name one of them": "{file} 没有工作表 {sheet}，只有 {sheets}；请从中选一个",
    "{file} was asked before the index changed; ask its questions anew with --stale, or name another file with -o": (
        "{file} 的回答是索引变化之前的；请加 --stale 重新提问，或用 -o 换一个文件名"
    ),
    "{file} does not say how its questions were asked; ask them anew with --again, or name another file with -o": (
        "{file} 没有记下当时是怎样提问的；请加 --again 全部重新提问，或用 -o 换一个文件名"
    ),
    "{file} was asked with {then}, not {now}; ask everything anew with --again, or name another file with -o": (
        "{file} 提问时用的是 {then}，现在是 {now}；请加 --again 全部重新提问，或用 -o 换一个文件名"
    ),
    "{file} was asked of the index {then}, not {now}; ask everything anew with --again, or name another file with -o": (
        "{file} 问的是索引 {then}，现在是 {now}；请加 --again 全部重新提问，或用 -o 换一个文件名"
    ),
    "{file} is a folder; name a file for the answers with -o": "{file} 是文件夹；请用 -o 写出存放回答的文件名",
    "{file} exists and holds no answers; it is not overwritten: name another file with -o": (
        "{file} 已经存在，里面不是回答，不会覆盖；请用 -o 换一个文件名"
    ),
    "{file} holds answers as {known}, and not as {form}; name another file with -o": (
        "{file} 里的回答是 {known} 格式，不是 {form}；请用 -o 换一个文件名"
    ),
    "{file} has other columns than its answers would have now; ask everything anew with --again, or name another file with -o": (
        "{file} 的列与现在的回答不同；请加 --again 全部重新提问，或用 -o 换一个文件名"
    ),
    "{file} exists, and only JSON and CSV can go on where they stopped; ask everything anew with --again, or name another file with -o": (
        "{file} 已经存在，而只有 JSON 和 CSV 可以接着写；请加 --again 全部重新提问，或用 -o 换一个文件名"
    ),
    "{file} holds answers to other questions (answer {number}); ask everything anew with --again, or name another file with -o": (
        "{file} 回答的是另一些问题（第 {number} 个回答）；请加 --again 全部重新提问，或用 -o 换一个文件名"
    ),
    "{file} cannot be written: {reason}; name another file with -o": "{file} 无法写入：{reason}；请用 -o 换一个文件名",
    "{file} is in the way; remove it": "{file} 占用了临时文件的名字；请先移走它",
    "{file} is being written by another program; wait for it, or name another file with -o": (
        "另一个程序正在写 {file}；请等它结束，或用 -o 换一个文件名"
    ),
    "{file}, answer {number}, was asked otherwise than the first; ask everything anew with --again": (
        "{file} 的第 {number} 个回答与第一个的提问方式不同；请加 --again 全部重新提问"
    ),
    "{file} is no JSON: {reason}; mend it there, or write one object a line": (
        "{file} 不是正确的 JSON：{reason}；请改正，或者每行写一个对象"
    ),
    "{where} is longer than {most} characters": "{where}超过 {most} 个字符",
    "{where} is in another encoding than the file; save the whole file as UTF-8": ("{where}的编码与整个文件不同；请把整个文件另存为 UTF-8"),
    "{where} has {cells} cells and the header {columns}; put quotes around a cell that has the separator in it": (
        "{where}有 {cells} 格，而表头有 {columns} 格；单元格里有分隔符的，要用引号括起来"
    ),
    "{where} is no JSON object": "{where}不是 JSON 对象",
    "more than {most} brackets in each other": "括号嵌套超过 {most} 层",
    "something is wrong in line {line} at character {column}": "第 {line} 行第 {column} 个字符处有误",
    "{file} is written in two encodings; save the whole file as UTF-8": "{file} 混用了两种编码；请把整个文件另存为 UTF-8",
    "{where} is no JSON: {reason}": "{where}不是正确的 JSON：{reason}",
    "qianli: and {count} more, which have their error in the answers": "qianli: 另有 {count} 个，原因写在回答里",
    "qianli: an id occurs more than once: {ids}": "qianli: 有编号重复：{ids}",
    "qianli: {count} ids occur more than once: {ids}": "qianli: 有 {count} 个编号重复：{ids}",
    "qianli: {count} empty row was skipped": "qianli: 跳过了 {count} 个空行",
    "qianli: {count} empty rows were skipped": "qianli: 跳过了 {count} 个空行",
    "qianli: {total} questions in {seconds} s: {found} with precedents, {without} without, {failed} could not be asked": (
        "qianli: {total} 个问题，用时 {seconds} 秒：{found} 个有先例，{without} 个没有，{failed} 个未能提问"
    ),
    "none of the questions could be asked; mend the rows that are named above": "没有一个问题可以提问；请改正上面列出的各行",
    "--again and --stale are about a file of answers; name it with -o": ("--again 和 --stale 用于已有的回答文件；请用 -o 写出文件名"),
    "answers are not written as {suffix}; name a .jsonl or a .csv, which Excel opens": (
        "回答不能写成 {suffix}；请用 .jsonl，或者 Excel 能打开的 .csv"
    ),
    "JSON lines, a JSON array, CSV, TSV or xlsx with a column `query`, or one question a line; - is standard input.": (
        "JSON 行、JSON 数组，带有 query 列的 CSV、TSV 或 xlsx，或者一行一个问题；- 表示标准输入。"
    ),
    "Write there instead, and go on where an earlier run stopped. FILE.csv is written as CSV, FILE.md as Markdown.": (
        "写入这个文件，并从上次停下的地方接着做。文件名以 .csv 结尾写成 CSV，以 .md 结尾写成 Markdown。"
    ),
    "The column of the questions, such as 诉求内容. [default: query]": "问题所在的列，如 诉求内容。[默认：query]",
    "The column of their ids, such as 编号. [default: id, else the number of the row]": ("编号所在的列，如 编号。[默认：id，没有则用行号]"),
    "The sheet of a spreadsheet, by name or number. [default: the first]": "电子表格的工作表，写名称或序号。[默认：第一个]",
    "Ask everything anew that the file of -o answers already.": "全部重新提问，替换 -o 文件里已有的回答。",
    "Ask anew what the file of -o answers from an older state of the index.": "索引变化之前的回答，重新提问。",
    "Exit code 1 also where empty rows were skipped.": "跳过空行时，退出码也为 1。",
    "Ask many questions of a file: one answer a line, in order. Exit code 1 when some could not be asked, 2 when none could.": (
        "把一个文件里的问题逐个提问，一行一个回答，次序不变。有的问题不能提问时退出码为 1，全都不能时为 2。"
    ),
}
