"""What is said of the places in documents at which passages stand, and of opening them there."""

CHINESE = {
    # where a passage stands
    "p. {page}": "第{page}页",
    "printed {label}": "印刷页码 {label}",
    "part {part}": "章节文件 {part}",
    "sheet “{sheet}”": "工作表“{sheet}”",
    "cell {cell}": "单元格 {cell}",
    "box {left},{top} to {right},{bottom}": "位置框 {left},{top} 至 {right},{bottom}",
    "{box} (points from the left upper corner)": "{box}（从页面左上角量起，单位为点，1 点 = 1/72 英寸）",
    "lines {lines} of the text that {reader} reads": "在 {reader} 提取的文字中是第 {lines} 行",
    # what became of it
    "now: {place}": "现在：{place}",
    "now: {place}, {box}": "现在：{place}，{box}",
    "now: {place}, lines {lines} of its text": "现在：{place}，在提取的文字中是第 {lines} 行",
    "nothing but its text": "纯文本方式",
    "{reason}; it was cited as {then} reads it, and is read by {now}": "{reason}；引用时用的是 {then}，现在读取用的是 {now}",
    "Checked: the source says this, but at another place, {place}.": "核对：与原文一致，但位置变了，{place}。",
    "Not as quoted ({place}): in the source, {changes}.": "核对：与原文不一致（{place}），原文中{changes}。",
    "it has no page {page}, only {pages}": "没有第 {page} 页，一共只有 {pages} 页",
    "the index has no file with this digest; ask again": "索引中没有这个校验值的文件；请重新提问",
    "{source}: {reason}": "{source}：{reason}",
    "{source} has changed since it was indexed, so its page is not drawn; index it anew": (
        "{source} 在建立索引之后改动过，因此不显示该页图像；请重新索引"
    ),
    "box is {box}; give four numbers of points: left,top,right,bottom": "box 是 {box}；请给出四个以点为单位的数：left,top,right,bottom",
    "kinds": "文件种类",  # of an index
    # opening it
    "{program} does not open it: {why}; the passage stands in {file}, page {page}": (
        "{program} 打不开这个文件：{why}；这段话在 {file} 第{page}页"
    ),
}
