"""What is said by the web server, in Chinese."""

CHINESE = {
    # qianli serve
    "Serve a page for colleagues and an API for programs, from one open index.": "为同事提供网页、为程序提供接口，都从同一个索引回答。",
    "Where to listen; other than this machine only with a token.": "监听的地址；要让别的机器访问，必须设口令。",
    "The port; 0: a free one.": "端口；0 表示任选一个空闲端口。",
    "A file with the token that all who ask must have. [default: $QIANLI_TOKEN]": "存放口令的文件，来访者都要有口令。[默认：$QIANLI_TOKEN]",
    "A further name under which the server is asked; several may be given.": "访问本服务还可以用的主机名；可以给多个。",
    "The certificate for https, with --key.": "https 用的证书，与 --key 一起给。",
    "The key of the certificate.": "证书的私钥。",
    "Repeat the questions in the log on standard error; else it only counts them.": "在标准错误的日志里写出问题原文；否则只计数。",
    "whoever reaches {host} could ask; give a token with --token-file or QIANLI_TOKEN, or leave --host out": (
        "能连到 {host} 的人都可以提问；请用 --token-file 或 QIANLI_TOKEN 设口令，或去掉 --host"
    ),
    "--cert and --key belong together; give both, or neither": "--cert 和 --key 要一起用；请两个都给，或都不给",
    "qianli: other users of this machine can read {file}; keep it to yourself: chmod 600 {file}": (
        "qianli: 本机其他用户能读 {file}；请只留给自己：chmod 600 {file}"
    ),
    "qianli: what is asked goes over the network unencrypted; give --cert and --key, or put a proxy with TLS before": (
        "qianli: 问题会在网络上明文传送；请给 --cert 和 --key，或在前面放一个带 TLS 的反向代理"
    ),
    'the web server needs FastAPI, uvicorn and Jinja2; install them with: pip install "qianli-precedents[serve]"': (
        '网页服务需要 FastAPI、uvicorn 和 Jinja2；请先安装：pip install "qianli-precedents[serve]"'
    ),
    "{host}, port {port}, cannot be listened at: {why}; choose another with --host or --port, or --port 0 for a free one": (
        "无法监听 {host} 的端口 {port}：{why}；请用 --host 或 --port 换一个，或用 --port 0 任选空闲端口"
    ),
    "{certificate} and {key} are no certificate with its key: {why}; give two files in PEM, the key without a password": (
        "{certificate} 和 {key} 不是一对证书和私钥：{why}；请给两个 PEM 文件，私钥不设密码"
    ),
    "{path}: the token cannot be read: {why}; name a text file with --token-file": "{path}：读不出口令：{why}；请用 --token-file 指定一个文本文件",
    "{where}: a token has {least} characters or more, letters, digits and signs in one line; make one with: openssl rand -hex 24": (
        "{where}：口令至少 {least} 个字符，由字母、数字和符号组成，写在一行；可用 openssl rand -hex 24 生成"
    ),
    # who asks, from where, how much
    "Sign in": "登录",
    "Token": "口令",
    "Go on": "进入",
    "this is not the token; look where the server was started": "口令不对；请向启动服务的人询问",
    "a token is needed: send it in the header Authorization: Bearer TOKEN, or sign in with a browser": (
        "需要口令：请在请求头 Authorization: Bearer TOKEN 里给出，或在浏览器中登录"
    ),
    "this server is not called {host}; start it with --allow-host {host} if it is": "本服务不叫 {host}；如果应当可用，请在启动时加 --allow-host {host}",
    "this was sent by a page that is not of this server": "这个请求来自别的网站的页面",
    "too many requests; try again in {seconds} seconds": "请求太多；请过 {seconds} 秒再试",
    "too many wait already; try again in a few seconds": "排队的人太多；请过几秒再试",
    "no answer within {seconds} seconds; try again, or ask less at once": "{seconds} 秒内没有得出答案；请再试一次，或一次少问一些",
    "the request did not arrive within {seconds} seconds": "请求在 {seconds} 秒内没有传完",
    "a request has {most} bytes at most; send less at once": "一次请求最多 {most} 字节；请少发一些",
    "send the questions as JSON, with the header Content-Type: application/json": "请用 JSON 发送，并带请求头 Content-Type: application/json",
    "this is a mistake of the server; its log has it under {id}": "服务器出错；日志中的编号是 {id}",
    # what is asked
    "there is no such page; what can be asked is listed in /openapi.json": "没有这个页面；可用的接口见 /openapi.json",
    "this cannot be asked with {method}; see /openapi.json": "这里不能用 {method}；见 /openapi.json",
    "this is no HTTP request; in an address Chinese is percent-encoded, which curl does with: -G --data-urlencode q=QUESTION": "这不是正确的 HTTP 请求；网址里的汉字要用百分号编码，curl 可以这样写：-G --data-urlencode q=问题",
    "a form has {most} fields at most; send it from the page": "一个表单最多 {most} 项；请在网页上提交",
    "the request": "请求",
    "the request is no JSON; send an object in UTF-8": "请求不是 JSON；请发送 UTF-8 编码的对象",
    "{name} is missing": "缺少 {name}",
    "there is no field {name}; the fields are listed in /openapi.json": "没有字段 {name}；可用的字段见 /openapi.json",
    "{name} is {given}; {wanted}": "{name} 的值是 {given}；{wanted}",
    "give {least} or more": "请给 {least} 或更大的数",
    "give {most} or less": "请给 {most} 或更小的数",
    "give {most} at most": "最多 {most}",
    "give {least} at least": "至少 {least}",
    "give a whole number": "请给整数",
    "give a number": "请给数字",
    "give a list": "请给列表",
    "give an object with fields": "请给带字段的对象",
    "ask one question with q, or name one passage with like": "请用 q 提一个问题，或用 like 指定一个段落",
    "a question has {most} bytes at most; ask in a few words": "一个问题最多 {most} 字节；请说得简短些",
    "these are more than {most} citations; verify fewer at once": "引用超过 {most} 条；请一次少核对一些",
    "nothing is cited; give results, or citations: ids or SOURCE:LINE": "没有给出引用；请给检索结果，或引用：编号或“来源:行号”",
    "result {number}": "第 {number} 个结果",
    "the newest state of the index cannot be opened; the last good one answers": "索引的最新状态打不开；仍用上一个完好的状态回答",
}
