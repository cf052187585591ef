"""What is said of a PDF that cannot be read, or not all of it. Words: scan 扫描件, page 页, OCR 文字识别（OCR）."""

CHINESE = {
    "a scan: {scanned} of {pages} pages are pictures without a text; run OCR on it first": "扫描件：{pages} 页中有 {scanned} 页只是图片、没有文字；请先做文字识别（OCR）",
    "no text: its {pages} pages are empty or drawn; run OCR on it first": "没有文字：{pages} 页都是空白或图形；请先做文字识别（OCR）",
    "its fonts do not say which characters they draw; run OCR on it first": "字体里没有写明是哪些字，读出来会是乱码；请先做文字识别（OCR）",
    "pypdfium2, which reads PDF, is not installed; install it with: {command}": "读取 PDF 需要 pypdfium2，尚未安装；请运行：{command}",
    "locked with a password; save it without one": "有密码保护；请另存为没有密码的文件",
    "no PDF that can be read: broken or cut off; open it in a PDF program and save it anew": "不是可以读取的 PDF：已损坏或不完整；请用 PDF 软件打开后重新保存",
    "a PDF without pages": "PDF 里没有页面",
    "too large: {pages} pages, at most {most} are read; split it": "文件过大：共 {pages} 页，最多读取 {most} 页；请拆成几个文件",
    "pages without a text, which are pictures or drawn: {pages}; run OCR to read them as well": "以下各页没有文字，只是图片或图形：{pages}；要读取这些页，请先做文字识别（OCR）",
    "pages that are broken and were not read: {pages}": "以下各页已损坏，没有读取：{pages}",
    "pages of which only the first {most} characters were read: {pages}": "以下各页文字过多，只读取了前 {most} 个字：{pages}",
}
