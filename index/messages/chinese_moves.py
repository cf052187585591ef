"""What is said when files come, move and go: `index`, `remove`, and the names of sources."""

CHINESE = {
    "{file} is damaged: SQLite finds {count} faults in it, the first is {first}; repair it with: qianli index --rebuild": (
        "{file} 已损坏：SQLite 发现 {count} 处错误，第一处是 {first}；请修复：qianli index --rebuild"
    ),
    "{path}: this cannot be the name of a file or folder ({error})": "{path}：文件和文件夹不能这样命名（{error}）",
    "{name} may be {sources}; give more of the path": "{name} 可能指 {sources}；请把路径写得更全",
    "{note} cannot be read; remove it, and name all folders once more": "{note} 无法读取；请删除它，再把各文件夹重新索引一遍",
    "{path}: there is no such file or folder; name what is to be indexed": "{path}：没有这个文件或文件夹；请写明要索引的内容",
    "nothing was indexed here yet; name files or folders: qianli index FOLDER": (
        "这里还没有索引过任何文件；请写明文件或文件夹：qianli index 文件夹"
    ),
    "connect the share, or index the new place; to take these pages out of the index, give --prune": (
        "如在共享盘上，请先连接；如已搬到别处，请索引新位置；确实要从索引中去掉这些页面，请加 --prune"
    ),
    "{folder} is not there, and held {count} page": "{folder} 不在了，其中原有 {count} 个页面",
    "{folder} is not there, and held {count} pages": "{folder} 不在了，其中原有 {count} 个页面",
    "{folder} is empty, and held {count} page": "{folder} 是空的，其中原有 {count} 个页面",
    "{folder} is empty, and held {count} pages": "{folder} 是空的，其中原有 {count} 个页面",
    "{lost} of the {held} pages in {folder} are gone": "{folder} 中原有 {held} 个页面，现在少了 {lost} 个",
    "{what}; nothing was changed: {remedy}": "{what}；索引没有改动：{remedy}",
    "Derive the index anew from its own rows; with --model, embed them with that model.": (
        "用索引自身保存的内容重建索引，不读原文件；加 --model 则用该模型重新计算向量。"
    ),
    "Go on: take up every change until interrupted.": "持续运行，随时更新有变动的文件，直到中断。",
    "Remove the pages of a folder even where it came up empty or lost most of its files.": (
        "文件夹变空或少了大半文件时，也照样从索引中去掉。"
    ),
    "Only say what would be done; write nothing.": "只说明将会做什么，不写入。",
    "How many processes read the pages beside this one, where there are many. [default: one for each core, at most 8]": "页面多时，另开几个进程读取页面。[默认：每个处理器核心一个，最多 8 个]",
    "Exit with 1 where a file was skipped.": "有文件被跳过时，退出码为 1。",
    "--rebuild takes no other option than --index, --model, --device and --quiet; leave the others out": (
        "--rebuild 只能与 --index、--model、--device、--quiet 一起使用；请去掉其他选项"
    ),
    "--watch goes on without an end; leave --dry-run, --strict and --json out": "--watch 会一直运行；请去掉 --dry-run、--strict、--json",
    "the index is {index}, in a parent folder; for one in this folder, give --index .qianli": (
        "使用上级文件夹中的索引 {index}；要在本文件夹另建索引，请加 --index .qianli"
    ),
    "{files}; nothing was written": "{files}；没有写入",
    "watching; stop with Ctrl-C": "正在监视；按 Ctrl-C 停止",
    "{error} (trying again every {seconds} s)": "{error}（每 {seconds} 秒再试一次）",
    "Files, folders or patterns such as '2024/*', by name or path.": "文件、文件夹或通配符（如 '2024/*'），写名称或路径均可。",
    "Take files, folders or patterns out of the index, whether they still exist or not. The files stay.": (
        "从索引中去掉文件、文件夹或通配符所指的内容，不论文件是否还在；不删除文件本身。"
    ),
    "{index} holds {count} page now": "{index} 有 {count} 个页面",
    "{index} holds {count} pages now": "{index} 有 {count} 个页面",
    "{removed}; {left}": "{removed}；现在 {left}",
    "removed {count} page": "已去掉 {count} 个页面",
    "removed {count} pages": "已去掉 {count} 个页面",
    "{source} still lies in a folder that is indexed, and comes back with: qianli index": (
        "{source} 仍在已索引的文件夹中，再次运行 qianli index 时会重新收入"
    ),
    "no source of the index is called {names}; give names as search prints them, folders or patterns": (
        "索引中没有名为 {names} 的来源；请按检索结果中的写法给出名称，或写文件夹、通配符"
    ),
    "not read, since about their folder: {names}": "未收入（只是对文件夹的说明）：{names}",
    "{count} page": "{count} 个页面",
    "{count} pages": "{count} 个页面",
    "{count} article": "{count} 篇文章",
    "{count} articles": "{count} 篇文章",
    "{count} passage": "{count} 个段落",
    "{count} passages": "{count} 个段落",
    "{index} holds {pages}, {articles}, {passages}": "{index} 现有 {pages}、{articles}、{passages}",
    "skipped {source}: {reason}": "跳过 {source}：{reason}",
    "skipped {count} files, such as {names} (--json names all): {reason}": "跳过 {count} 个文件，如 {names}（--json 列出全部）：{reason}",
    "new      {source}": "新增  {source}",
    "changed  {source}": "变动  {source}",
    "a name is empty, and nothing was removed; name files, folders or patterns": "有一个名称是空的，没有去掉任何页面；请写出文件、文件夹或通配符",
    "moved    {source} (was {former})": "移动  {source}（原为 {former}）",
    "removed  {source}": "去掉  {source}",
    "skipped  {source}: {reason}": "跳过  {source}：{reason}",
    "{count} new": "新增 {count} 个",
    "{count} changed": "变动 {count} 个",
    "{count} moved": "移动 {count} 个",
    "{count} unchanged": "未变 {count} 个",
    "{count} removed": "去掉 {count} 个",
    "{count} skipped": "跳过 {count} 个",
    "files: {counts}": "文件：{counts}",
    "none": "无",
}
