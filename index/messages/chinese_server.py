"""What is said by the web server, in Chinese."""

CHINESE = {
    "Serve a page for colleagues and an API for programs, from one open index.": "为同事提供网页、为程序提供接口，都从同一个索引回答。",
    "Where to listen; other than this machine only with a token.": "监听的地址；要让别的机器访问，必须设口令。",
    "The port; 0: a free one.": "端口；0 表示任选一个空闲端口。",
    "{host}, port {port}, cannot be listened at: {why}; choose others with --host and --port": "无法监听 {host} 的端口 {port}：{why}；请用 --host 和 --port 换一个",
    "there is no such page; what can be asked is listed in /openapi.json": "没有这个页面；可用的接口见 /openapi.json",
    "too many wait already; try again in a few seconds": "排队的人太多；请过几秒再试",
    "no answer within {seconds} seconds; try again, or ask less at once": "{seconds} 秒内没有得出答案；请再试一次，或一次少问一些",
}
