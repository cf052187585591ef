"""What is said of documents: why a PDF, a docx or a workbook is not read, and what of it is not in its text.

Words: document 文档, reader 读取程序.
"""

CHINESE = {
    "reading it took more than {seconds} seconds; split it, or open it and save it anew": "读取超过 {seconds} 秒，已停止；请拆成几个文件，或打开后另存",
    "reading it takes more than {size} GB of memory; split it, or open it and save it anew": "读取所需内存超过 {size} GB；请拆成几个文件，或打开后另存",
    "the program that reads such files crashed on it; open it and save it anew": "读取程序遇到这个文件时崩溃；请打开后另存",
    "the process that reads documents cannot be started: {reason}": "读取文档的进程无法启动：{reason}",
    "reading it needs more packages; install them with: {command}": "读取它需要另装软件包；请运行：{command}",
    "nested too deeply; open it and save it anew": "内部嵌套过深；请打开后另存",
    "damaged; open it and save it anew": "文件已损坏；请打开后另存",
    "too large: its text has {size} MB, at most {most} MB are read; split it": "文件过大：其中文字有 {size} MB，最多读取 {most} MB；请拆成几个文件",
    "too large: more cells or lines than can be kept; split it": "文件过大：单元格或行数过多；请拆成几个文件",
    "a {kind} file, whatever its name says: {reason}": "按内容是 {kind} 文件，与扩展名不符：{reason}",
    "damaged, or encrypted with a password; open it and save it anew": "文件已损坏或有密码；请打开后另存",
    "it unpacks to far more than such a document holds; split it, or open it and save it anew": (
        "解压后远大于这类文档应有的大小；请拆成几个文件，或打开后另存"
    ),
    "too large: its text has more than {most} MB; split it": "文件过大：其中文字超过 {most} MB；请拆成几个文件",
    "hidden sheets were read too: {sheets}": "隐藏的工作表也已读取：{sheets}",
    "results that qianli wrote, no page": "这是 qianli 写出的结果，不是页面",
    "{source}: {note}": "{source}：{note}",
    "{count} files, such as {names} (--json names all): {note}": "{count} 个文件，如 {names}（--json 列出全部）：{note}",
    "a book that is protected against copying; index a copy without protection": "有版权保护的电子书；请为没有保护的副本建立索引",
    "{count} chapters of the book are missing or protected": "书中有 {count} 章缺失或受保护，没有读取",
    "a {kind} file, which LibreOffice reads where it is installed; save it as docx or PDF": (
        "{kind} 文件，安装 LibreOffice 后才能读取；或请另存为 docx 或 PDF"
    ),
    "a {kind} file that LibreOffice cannot open: damaged or encrypted; open it and save it anew": (
        "LibreOffice 打不开这个 {kind} 文件：已损坏或有密码；请打开后另存"
    ),
    "LibreOffice took more than {seconds} seconds; save it as docx or PDF": "LibreOffice 用时超过 {seconds} 秒；请另存为 docx 或 PDF",
    "no text in it": "其中没有文字",
    "not what its name says, and not text; open it and save it anew": "内容与扩展名不符，也不是文本；请打开后另存",
    "encrypted with a password; save it without one": "文件有密码；请去掉密码后另存",
    "an OFD file, which no program here reads; save it as PDF": "OFD 文件，这里没有程序能读取；请另存为 PDF",
    "a zip archive; unpack it and index the folder": "zip 压缩包；请解压后为文件夹建立索引",
    "an old Office file of no known kind; save it as docx, xlsx or PDF": "旧版 Office 文件，类型不明；请另存为 docx、xlsx 或 PDF",
    "a {kind} file, which is not read; save it as docx or PDF": "{kind} 文件，不能读取；请另存为 docx 或 PDF",
}
