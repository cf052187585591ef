"""What the commands say while they work: filters, formats, progress, and what typer says of options and arguments."""

CHINESE = {
    # formats and options
    "--{form} has no room for neighbours; leave --context out, or choose --json or --md": (
        "--{form} 格式放不下前后段落；请去掉 --context，或改用 --json、--md"
    ),
    "--{form} has no room for --explain; leave one of them out, or choose --json": (
        "--{form} 格式放不下 --explain；请去掉其中一个，或改用 --json"
    ),
    "a question and --like cannot be asked at once; ask one of them, and limit it with --place or --source": (
        "问题和 --like 不能同时用；请只用一个，可用 --place 或 --source 限定范围"
    ),
    "Missing argument 'QUERY'; ask in a few words, or name a passage or a file with --like; see: qianli search --help": (
        "没有写问题；请用几个词提问，或用 --like 指定段落或文件；用法见：qianli search --help"
    ),
    "--rebuild reads no files; leave the paths out, or leave --rebuild out": "--rebuild 不读取文件；请去掉路径，或去掉 --rebuild",
    "rebuilt {address} from its own rows": "已用索引自身保存的内容重建 {address}",
    # filters
    "places it knows: {names}": "索引中的地点有：{names}",
    "it knows no places": "索引中没有地点",
    "no passage of the index is about {place}; {known}": "索引中没有关于{place}的段落；{known}",
    "sources it knows: {names}": "索引中的来源有：{names}",
    "it knows no sources": "索引中没有来源",
    "no source of the index is called {source}; {known}": "索引中没有名为 {source} 的来源；{known}",
    "no passage of the index {what}; articles without a printed date are left out: leave {options} out": (
        "索引中没有{what}的段落，没有印出日期的文章不算在内；请去掉 {options}"
    ),
    "no passage of the index {what}; leave {options} out": "索引中没有{what}的段落；请去掉 {options}",
    "since {date}": "{date} 起",
    "until {date}": "{date} 止",
    "is about {place}": "关于{place}",
    "stands in {source}": "在 {source} 中",
    "was printed {time}": "{time}刊出",
    " and ": "、且",
    " or ": " 或 ",
    # progress
    "embedding": "正在计算向量",
    "of {total}, {rate} a second: {question}": "共 {total} 个，每秒 {rate} 个：{question}",
    "{rate} a second: {question}": "每秒 {rate} 个：{question}",
    # what stops a command
    "{name} is not installed, so its version is not known; install it with: pip install .": (
        "没有安装 {name}，无法知道版本；请安装：pip install ."
    ),
    "interrupted; what was not finished is as it was before": "已中断；没有完成的部分保持原样",
    "not enough memory; close other programs, or split the work": "内存不足；请关闭其他程序，或分几次做",
    "{file}: {reason}; nothing was changed, mend this and try again": "{file}：{reason}；没有任何改动，请解决后重试",
    "the disk": "磁盘",
    "no folder for it": "没有存放它的文件夹",
    "it knows no such name": "那里没有这个名称",
    "{name} holds {type}, not float16": "{name} 中是 {type}，不是 float16",
    "{name} cannot be read without writing": "{name} 要写入才能读取",
    "{where}, article {number}": "{where} 第 {number} 篇",
    "{where}, paragraph {number}": "{where}第 {number} 段",
    "{where}, {kind} {number}": "{where}第 {number} 个 {kind}",
    "line {line}, column {column}": "第 {line} 行第 {column} 列",
    "file {source}": "文件 {source}",
    "article {number} of {source}": "{source} 的第 {number} 篇文章",
    "passage {id} of {source}": "{source} 的段落 {id}",
    'names, such as ["张三"]': '姓名，如 ["张三"]',
    'places, such as ["杭州市上城区"]': '地点，如 ["杭州市上城区"]',
    'objects, such as {"lines": [[21, 25]]}': '对象，如 {"lines": [[21, 25]]}',
}
