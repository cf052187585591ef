"""What is said to a model and to its user by `qianli mcp`, in Chinese."""

CHINESE = {
    # the command
    "Serve the search to a model, as tools of MCP over standard input and output, until the client closes them.": (
        "把检索作为工具提供给大模型（MCP，经标准输入输出），直到客户端关闭为止。"
    ),
    'A client, such as a chat program, starts it by itself; put this into its configuration: {"mcpServers": {"qianli": '
    '{"command": "qianli", "args": ["mcp", "--index", "/path/to/.qianli"]}}}': (
        '客户端（如对话软件）会自己启动它；请在客户端的配置中写入：{"mcpServers": {"qianli": '
        '{"command": "qianli", "args": ["mcp", "--index", "/资料/.qianli"]}}}'
    ),
    "waiting for a client on standard input; see: qianli mcp --help; stop with Ctrl-C": (
        "正在等待客户端从标准输入连接；用法见：qianli mcp --help；按 Ctrl-C 停止"
    ),
    'the package mcp is not installed; install it with: pip install "qianli-precedents[mcp]"': (
        '没有安装 mcp 软件包；请安装：pip install "qianli-precedents[mcp]"'
    ),
    "standard input or output is closed; a client starts qianli mcp and talks to it over both": (
        "标准输入或标准输出已关闭；qianli mcp 由客户端启动，两者都要用"
    ),
    # the protocol
    "qianli: precedents with citations": "前例：带出处的先例检索",
    "a message is longer than {most} MB; send less at once": "一条消息超过 {most} MB；请一次少发一些",
    "this line is no JSON; send one JSON-RPC message a line, in UTF-8": "这一行不是 JSON；请每行发送一条 JSON-RPC 消息，用 UTF-8 编码",
    "this is no message of JSON-RPC 2.0; it needs jsonrpc, id and method, and its params are an object": (
        "这不是 JSON-RPC 2.0 消息；要有 jsonrpc、id 和 method，params 须为对象"
    ),
    "qianli failed on this call; what went wrong stands in its log. Other calls may go on": (
        "前例处理这次调用时出错，原因已写入日志；其他调用可以继续"
    ),
    "… shortened here; ask for less at once": "……后面已省略；请一次少查一些",
    # what a model is told
    "qianli finds precedents in the documents of this office: passages that say what others did about a problem, each with a "
    "citation that can be checked. Ask with find_precedents in the words of the problem. Quote passages word for word, never "
    "alter or shorten them within the quotation marks, and put the citation line below each, as it is given. Where found is "
    "false there is no precedent: that is an answer, so say it, and do not make one up. Read more of an article with "
    "show_passage. Check the citations of a draft with verify_citations before you hand it over.": (
        "前例在本单位的资料中查找先例：别处遇到同样的问题怎样解决，每段都附可以核对的出处。"
        "用 find_precedents 提问，照问题本来的说法写。引用时逐字照录，引号内不改动、不删节，"
        "并在下面原样写上出处一行。found 为 false 就是没有先例：这也是答案，请如实说明，不要编造。"
        "要看上下文用 show_passage。交稿前用 verify_citations 核对稿中的出处。"
    ),
    "Find precedents": "查找先例",
    "Find passages that answer a question about a problem: which practice, where, with what result. Use it whenever a claim "
    "needs a precedent or a source. Ask in whole words, in the language of the problem; one problem a call. Each hit has a "
    "score, the probability that it is a precedent: .8 is right eight times in ten. found says whether any passage reaches "
    "the threshold. No precedent is an answer: say so, or ask in other words once. Quote the text word for word, and cite it "
    "as given.": (
        "查找能回答某个问题的段落：什么做法、在哪里、效果如何。凡是说法需要先例或出处，就用它。"
        "用完整的词语提问，一次问一个问题。每条结果的 score 是它确为先例的概率：0.8 表示十次有八次是对的。"
        "found 表示是否有段落达到门槛。没有先例也是答案：请如实说明，或换个说法再问一次。引文逐字照录，出处照写。"
    ),
    'The problem in your own words; "exact words" must stand in a passage, -word must not.': (
        '用自己的话写的问题；"加引号的词" 必须出现在段落中，-词 不得出现。'
    ),
    "Only articles about this place or one below it; list_places knows the names.": "只查关于这个地方（含下属地方）的文章；地名见 list_places。",
    "Only sources with such a name, such as 2024/*.txt.": "只查这样命名的来源，如 2024/*.txt。",
    "Leave out passages below this probability; 0 lists the nearest, precedents or not.": (
        "不列出概率低于此值的段落；0 表示列出最接近的段落，不论是否先例。"
    ),
    "So many passages before and after each hit as well.": "每条结果另附前后各几段。",
    "Show a passage in its article": "在原文中查看段落",
    "Show a cited passage inside its article, with its neighbours. Use it to see what a passage means where it stands before "
    "you quote it, or to find a passage of which you only have the citation.": (
        "在所属文章中查看被引用的段落及其前后各段。引用之前用它弄清原意，或凭出处找回段落。"
    ),
    "The id of a citation, SOURCE:LINE, or a whole citation line.": "出处的 id、来源:行号，或整行出处。",
    "Verify citations": "核对出处",
    "Check citations against their sources as they are now: ok (the source says so there), moved (other lines say so now), "
    "altered (with the difference) or missing. Use it before a draft is handed over. With results the quoted text itself is "
    "checked, so it also finds a quotation that was changed; citations alone are checked as the index quotes them.": (
        "把出处与来源现在的内容核对：ok（原处确有此文）、moved（移到了别的行）、altered（有改动，附差异）、missing（找不到）。"
        "交稿前使用。给出 results 时核对引文本身，引文被改动也能发现；只给 citations 时按索引中的原文核对。"
    ),
    "Ids of citations, SOURCE:LINE, or whole citation lines.": "出处的 id、来源:行号，或整行出处。",
    'What find_precedents or show_passage returned, or single hits: {"text": …, "citation": {…}}.': (
        'find_precedents 或 show_passage 返回的内容，或单条结果：{"text": …, "citation": {…}}。'
    ),
    "List places": "列出地点",
    "List the places that articles of the index speak of, as a tree from province to town, each with the number of its "
    "articles. Use it to choose place for find_precedents, or to tell which places the documents cover.": (
        "列出索引中文章提到的地点，从省到乡镇分级，附文章数。用来选定 find_precedents 的 place，或了解资料涉及哪些地方。"
    ),
    "Only places whose name has these words, such as a province or a city.": "只列名称中有这些字的地点，如某省、某市。",
    # errors of arguments
    "there is no tool {name}; choose one of {names}": "没有工具 {name}；请选用 {names}",
    "{tool} takes no {name}; it takes {names}": "{tool} 没有参数 {name}；它的参数有：{names}",
    "{tool} needs {name}: {description}": "{tool} 缺少参数 {name}：{description}",
    "{name} is {value}; give {kind}": "{name} 是 {value}；应为{kind}",
    "one of {names}": "{names} 之一",
    "a list of texts": "文字列表",
    "a list of results": "结果列表",
    "a text": "文字",
    "a whole number from {least} to {most}": "{least} 到 {most} 的整数",
    "a number from {least} to {most}": "{least} 到 {most} 的数",
    "the question has {count} characters; ask in at most {most}": "问题有 {count} 个字；请不要超过 {most} 个",
    "nothing is cited; give citations or results": "没有可核对的内容；请给出 citations 或 results",
    "the results quote nothing, so there is nothing to verify": "这些结果没有引文，无可核对",
    "{count} citations are too many; give at most {most} at a time": "{count} 条出处太多；一次最多 {most} 条",
    "result {number} cites nothing; it needs text, and source and lines in citation": (
        "第 {number} 个结果没有出处；它要有 text，citation 中要有 source 和 lines"
    ),
    # what tools say
    "{count} precedent. Quote it word for word and cite it as given.": "有 {count} 条先例。请逐字引用，照写出处。",
    "{count} precedents. Quote them word for word and cite them as given.": "有 {count} 条先例。请逐字引用，照写出处。",
    "there are precedents, but none reaches min_score": "有先例，但没有一条达到 min_score",
    "No precedent found. That is an answer: say that the index has none.": "没有找到先例。这就是答案：请说明索引中没有先例。",
    "{count} more place below these; give within": "下级还有 {count} 个地点；请用 within 指定范围",
    "{count} more places below these; give within": "下级还有 {count} 个地点；请用 within 指定范围",
}
