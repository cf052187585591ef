"""What is said of an index in a cluster, and of copies: `copy`, and every command whose --index is an address."""

CHINESE = {
    "rows of the index in {address} are still locked, by a change that its server did not end when it was killed; give the command "
    "again, and if that does not help, copy the index to another server or a folder: qianli copy": (
        "{address} 的索引中仍有行被锁住：服务器被强行终止时，有一次改动没有了结；请再执行一次，若仍不行，请把索引复制到另一台服务器或文件夹：qianli copy"
    ),
    "the server of {address} has not made an index of {count} passages in {seconds} s; if it was killed before, it may wait for a "
    "change that it did not end: copy the index to another server or a folder: qianli copy": (
        "{address} 的服务器在 {seconds} 秒内没有为 {count} 个段落建好索引；若它曾被强行终止，可能在等一次没有了结的改动："
        "请把索引复制到另一台服务器或文件夹：qianli copy"
    ),
    "the note {note} of {address} (a row of the table {table})": "{address} 的记录 {note}（在表 {table} 中的一行）",
    "this is no address of an index in a cluster; it looks like {form}": "这不是集群中索引的地址；地址的写法：{form}",
    "{address} is no address of an index in a cluster; it looks like {form}": "{address} 不是集群中索引的地址；地址的写法：{form}",
    "no password belongs into an address, where everybody can read it; put it in {variable}": (
        "地址里不能写密码，谁都看得见；请把密码放进环境变量 {variable}"
    ),
    "{option} is no option of an address; there are {options}": "地址没有 {option} 这个选项；可用的有 {options}",
    "{name} is too long for the name of an index in a cluster; take a shorter one": "集群中索引的名称 {name} 太长；请换一个短些的",
    "the password in {file} cannot be read: {why}": "无法读取 {file} 中的密码：{why}",
    "{address} needs a password: put it in {variable}, or in a file that the address names with ?password_file=FILE": (
        "{address} 需要密码：请放进环境变量 {variable}，或放进文件，并在地址后写 ?password_file=文件"
    ),
    "an index in a cluster needs PyMySQL; install it with: pip install 'qianli-precedents[cluster]'": (
        "集群中的索引需要 PyMySQL；请安装：pip install 'qianli-precedents[cluster]'"
    ),
    "the server of {address} cannot be asked ({why}); is it running, and is the address right?": (
        "无法访问 {address} 的服务器（{why}）；服务器在运行吗？地址对吗？"
    ),
    "the server of {address} refuses {user}: {why}; check the user, its rights, and the password in {variable}": (
        "{address} 的服务器拒绝了用户 {user}：{why}；请检查用户名、权限，以及 {variable} 中的密码"
    ),
    "no certificate": "里面没有证书",
    "the certificates in {file} cannot be read: {why}": "无法读取 {file} 中的证书：{why}",
    "the index in {address} was replaced or removed meanwhile ({why}); open it again": (
        "{address} 中的索引已被替换或删除（{why}）；请重新打开"
    ),
    "another process changes the index in {address}; try again when it is done": "另一个进程正在修改 {address} 中的索引；请等它完成后再试",
    "the server of {address} has no room: {why}; the last good state stays, mend this and try again": (
        "{address} 的服务器空间不足：{why}；上一个完好的状态仍在，请解决后再试"
    ),
    "the server of {address} took too long: {why}; try again when it has less to do": "{address} 的服务器太慢：{why}；请等它空闲时再试",
    "the server of {address} says: {why}; the last good state stays": "{address} 的服务器报错：{why}；上一个完好的状态仍在",
    "the server of {address} is {server}; an index needs OceanBase {oldest} or later": (
        "{address} 的服务器是 {server}；索引需要 OceanBase {oldest} 或更新的版本"
    ),
    "the server of {address} does not find what was written; the last good state stays, repair it with: qianli index --rebuild": (
        "{address} 的服务器找不到刚写入的内容；上一个完好的状态仍在，请修复：qianli index --rebuild"
    ),
    "the server of {address} has other rows than were written; the last good state stays, try again": (
        "{address} 的服务器中的行与写入的不同；上一个完好的状态仍在，请再试一次"
    ),
    "{file} has no vector of passage {key}; repair it with: qianli index --rebuild": (
        "{file} 中没有段落 {key} 的向量；请修复：qianli index --rebuild"
    ),
    "the vectors in {file} are not those that were written; repair it with: qianli index --rebuild": (
        "{file} 中的向量与写入的不同；请修复：qianli index --rebuild"
    ),
    "the terms in {file} are not those of its passages; repair it with: qianli index --rebuild": (
        "{file} 中的词与其段落不符；请修复：qianli index --rebuild"
    ),
    "searches in {file} miss {count} of {all} passages that are there; repair it with: qianli index --rebuild": (
        "在 {file} 中搜索时，{all} 个存在的段落有 {count} 个找不到；请修复：qianli index --rebuild"
    ),
    "{target} was made with the model {theirs}, {source} with {ours}; copy into an index that is not there yet": (
        "{target} 是用模型 {theirs} 建立的，{source} 用的是 {ours}；请复制到一个尚不存在的索引"
    ),
    "{target} holds {sources} otherwise than it was written; try again": "{target} 中的 {sources} 与写入的不同；请再试一次",
    "{target} holds {sources}, which {source} has not; to take them out of the copy, give --prune, else copy to another place": (
        "{target} 中有 {source} 没有的 {sources}；要从副本中去掉，请加 --prune，否则请复制到别处"
    ),
    "Take pages out of the copy that FROM no longer has.": "从副本中去掉 FROM 里已不存在的页面。",
    "an index is not copied into itself; name another place for the copy": "索引不能复制到自身；请为副本另选一处",
    "The index to copy: a folder such as .qianli, or an address.": "要复制的索引：文件夹（如 .qianli）或地址。",
    "Where the copy will be: oceanbase://USER@HOST:2881/DATABASE/NAME, or a folder.": (
        "副本的位置：oceanbase://用户@主机:2881/数据库/名称，或文件夹。"
    ),
    "Copy an index, from a folder to a cluster or back, with its vectors and without its sources.": (
        "把索引从文件夹复制到集群，或复制回来：连同向量，不需要源文件。"
    ),
    "copied {count} page": "复制了 {count} 个页面",
    "copied {count} pages": "复制了 {count} 个页面",
    "{count} page was there before": "{count} 个页面原来就有",
    "{count} pages were there before": "{count} 个页面原来就有",
    "{pages}, {passages}; {before}; {whole}": "{pages}，{passages}；{before}；{whole}",
    "{to} holds what {source} holds": "{to} 与 {source} 内容相同",
    "a graph of neighbours (HNSW) is followed, {effort} candidates at a time": "沿近邻图（HNSW）查找，每次保留 {effort} 个候选",
}
