"""What the package `index` says: opening, writing and checking an index, its models, the corrections of a page.

Words: index 索引, page 页面, article 文章, passage 段落, source 来源, citation 出处, model 模型, digest 校验值.
"""

CHINESE = {
    # why the operating system refused
    "no such file or directory": "没有这个文件或文件夹",
    "permission denied": "没有权限",
    "operation not permitted": "不允许这样操作",
    "no space left on device": "磁盘已满",
    "read-only file system": "磁盘是只读的",
    "is a directory": "这是文件夹",
    "not a directory": "这不是文件夹",
    "file exists": "文件已存在",
    "file name too long": "文件名太长",
    "input/output error": "读写出错",
    "it lies in a folder that is read-only": "所在文件夹是只读的",
    "the disk is full": "磁盘已满",
    # processes that read pages
    "too little memory, as it seems": "可能是内存不足",
    "exit code {code}": "退出码 {code}",
    "a process that reads pages was ended by the system ({why}); the last good state stays: close other programs and try again, or give --workers 0": "读取页面的进程被系统终止（{why}）；索引仍是上一次的完好状态。请关闭其他程序后重试，或加上 --workers 0",
    # an index and where it lies
    "no index in {folder}; make one with: qianli index FOLDER": "{folder} 中没有索引；请先建立：qianli index 文件夹",
    "no index can be made in {folder}: {why}; name another folder with --index": "不能在 {folder} 中建立索引：{why}；请用 --index 另选文件夹",
    "{folder}: no index can be made in a folder whose name is not UTF-8; name another one with --index": (
        "{folder}：文件夹名不是 UTF-8，不能在其中建立索引；请用 --index 另选文件夹"
    ),
    "no engine for {scheme}:// in this qianli; name a folder with --index": "本版 qianli 不支持 {scheme}://；请用 --index 指定文件夹",
    "the index in {folder} cannot be written: {why}; make it writable, or name another --index": (
        "{folder} 中的索引不能写入：{why}；请改为可写，或用 --index 另选"
    ),
    "{path} cannot be written: {reason}": "{path} 不能写入：{reason}",
    "no passage {citation} in this index; ask again with: qianli search QUESTION": "索引中没有段落 {citation}；请重新提问：qianli search 问题",
    "{citation} may be {ids}; give more characters": "{citation} 可能是 {ids}；请多写几位",
    "{citation} is no citation: give an id (six characters or more) or SOURCE:LINE, as a search prints them": (
        "{citation} 不是出处：请写编号（至少六位）或 文件:行号，如检索结果所示"
    ),
    # one writer
    "process {process} on {host}, which writes the index in {folder} since {since}": "{host} 上的进程 {process} 自 {since} 起正在写入 {folder} 中的索引",
    "another process, which has locked the index in {folder}": "另一个进程锁定了 {folder} 中的索引",
    "waiting for {writer}, at most {wait:.0f} s": "等待，最多 {wait:.0f} 秒：{writer}",
    "{writer}; try again when it is done": "{writer}；请等它结束后再试",
    # damage
    "{path} does not agree with its digest; repair it with: qianli index --rebuild": "{path} 与校验值不符；请修复：qianli index --rebuild",
    "{path} cannot be read ({why}); repair it with: qianli index --rebuild": "{path} 读不出（{why}）；请修复：qianli index --rebuild",
    "{folder} cannot be read ({error}); repair it with: qianli index --rebuild": "{folder} 读不出（{error}）；请修复：qianli index --rebuild",
    "{path} cannot be read ({error}); remove it, and make it anew": "{path} 读不出（{error}）；请删除后重新生成",
    "{note} cannot be read; remove it, it only says where vectors were made": "{note} 读不出；可以删除，它只记录向量是在哪里计算的",
    "{file} is missing or empty; index the sources anew, with another --index": "{file} 不见了或是空的；请用 --index 另选文件夹，重新建立索引",
    "{file} is damaged ({error}); index the sources anew, with another --index": (
        "{file} 已损坏（{error}）；请用 --index 另选文件夹，重新建立索引"
    ),
    "the state in {file} does not agree with its digest; index the sources anew, with another --index": (
        "{file} 中的状态与校验值不符；请用 --index 另选文件夹，重新建立索引"
    ),
    "the first build of the index in {folder} is not finished; go on with it: qianli index FOLDER": (
        "{folder} 中的索引第一次还没有建完；请继续：qianli index 文件夹"
    ),
    "{folder} has lost vectors; they are made anew, from the rows alone, with: qianli index --rebuild": (
        "{folder} 中有向量丢失；请用索引自己的段落重新计算：qianli index --rebuild"
    ),
    "{file} holds rows of two states; index the sources anew, with another --index": (
        "{file} 中混有两个状态的数据；请用 --index 另选文件夹，重新建立索引"
    ),
    "{file} holds rows of two states; repair it with: qianli index --rebuild": "{file} 中混有两个状态的数据；请修复：qianli index --rebuild",
    "{file} has {count} passages, the generation {held}; repair it with: qianli index --rebuild": (
        "{file} 有 {count} 个段落，检索文件有 {held} 个；请修复：qianli index --rebuild"
    ),
    "the generation holds {held} passages, {file} {rows}, or others; repair it with: qianli index --rebuild": (
        "检索文件有 {held} 个段落，{file} 有 {rows} 个，或不是同一批；请修复：qianli index --rebuild"
    ),
    "passages of {source} are missing in {file}; repair it with: qianli index --rebuild": (
        "{file} 中缺少 {source} 的段落；请修复：qianli index --rebuild"
    ),
    "passages of {source} are not those that were written": "{source} 的段落不是当初写入的那些",
    "{file} has {what} in another state than the generation; repair it with: qianli index --rebuild": (
        "{file} 中的 {what} 与检索文件不是同一状态；请修复：qianli index --rebuild"
    ),
    "{file} has no passage {missing}, which the generation names; repair it with: qianli index --rebuild": (
        "{file} 中没有检索文件所指的段落 {missing}；请修复：qianli index --rebuild"
    ),
    "passages in {file} are not those of the generation; repair it with: qianli index --rebuild": (
        "{file} 中的段落与检索文件不符；请修复：qianli index --rebuild"
    ),
    "the articles in {file} are not of one state; repair it with: qianli index --rebuild": (
        "{file} 中的文章不是同一状态；请修复：qianli index --rebuild"
    ),
    "{file} has no article or file for {what}; repair it with: qianli index --rebuild": (
        "{file} 中没有 {what} 所属的文章或文件；请修复：qianli index --rebuild"
    ),
    "{what} in {file} does not agree with its digest; repair it with: qianli index --rebuild": (
        "{file} 中的 {what} 与校验值不符；请修复：qianli index --rebuild"
    ),
    "{source}: its rows were damaged and are left out; take it in again with: qianli index FOLDER": (
        "{source}：数据已损坏，已略去；请重新收入：qianli index 文件夹"
    ),
    # a change that could not be written
    "{file}: no write-ahead log can be kept there; mend this and try again, or name another --index": (
        "{file}：那里不能保存日志文件；请解决后再试，或用 --index 另选文件夹"
    ),
    "{file} cannot be read or written: {reason}; the last good state stays, mend this and try again": (
        "{file} 不能读写：{reason}；上一次完好的状态仍在，请解决后再试"
    ),
    "{what}; the last good state stays, mend this and try again": "{what}；上一次完好的状态仍在，请解决后再试",
    "no generation could be written in {folder} ({error}); the last good state stays, mend this and try again": (
        "{folder} 中写不了检索文件（{error}）；上一次完好的状态仍在，请解决后再试"
    ),
    # another model, another format
    "the index in {folder} is of an older qianli (format {theirs}, now {ours}); index the sources anew, with another --index": (
        "{folder} 中的索引是旧版 qianli 建立的（格式 {theirs}，现为 {ours}）；请用 --index 另选文件夹，重新建立索引"
    ),
    "the index in {folder} has format {theirs} of a newer qianli, this one reads {ours}; install that one, or name another --index": (
        "{folder} 中的索引是新版 qianli 建立的（格式 {theirs}，本版为 {ours}）；请安装新版，或用 --index 另选"
    ),
    "the index in {folder} was cut into terms by {theirs}, this qianli uses {ours}; repair it with: qianli index --rebuild": (
        "{folder} 中的索引是用 {theirs} 切词的，本版用 {ours}；请修复：qianli index --rebuild"
    ),
    "the model {ours} has changed since the index in {address} was made; {again}": "建立 {address} 中的索引之后，模型 {ours} 变了；{again}",
    "the index in {address} was made with the model {theirs}, not {ours}; leave --model out, or {again}": (
        "{address} 中的索引是用模型 {theirs} 建立的，不是 {ours}；请去掉 --model，或{again}"
    ),
    "the index in {address} was made with the model {name} of an earlier qianli; {again}": (
        "{address} 中的索引是用旧版 qianli 的模型 {name} 建立的；{again}"
    ),
    "name another folder with --index, since the first build of this one is not finished": "用 --index 另选文件夹（这个索引第一次还没有建完）",
    "embed it again, from its own rows, with: qianli index --rebuild --model {name} --index {folder}": (
        "用索引自己的数据重新计算向量：qianli index --rebuild --model {name} --index {folder}"
    ),
    # models
    "the model {name} came with an earlier qianli, and this one has better ones; leave --model out, or embed an index that was made "
    "with it anew, from its own rows: qianli index --rebuild --model {better} --index FOLDER": (
        "模型 {name} 属于旧版 qianli，本版有更好的；请去掉 --model，或用索引自己的数据重新计算向量："
        "qianli index --rebuild --model {better} --index 文件夹"
    ),
    "there is no model in {name}; name the folder of a sentence-transformers model, or one that is shipped: {shipped}; if the model of an "
    "index moved, tell the index once: qianli index --rebuild --model FOLDER": (
        "{name} 中没有模型；请指定 sentence-transformers 模型的文件夹，或自带的模型：{shipped}；"
        "如果索引所用的模型换了位置，请告知一次：qianli index --rebuild --model 文件夹"
    ),
    "name the folder of a sentence-transformers model, or one that is shipped: {shipped}": (
        "请指定 sentence-transformers 模型的文件夹，或自带的模型：{shipped}"
    ),
    "{folder} is no sentence-transformers model: modules.json cannot be read ({error})": (
        "{folder} 不是 sentence-transformers 模型：modules.json 读不出（{error}）"
    ),
    "the model in {folder} cannot be read ({error}); install it again, or choose another --model": (
        "{folder} 中的模型读不出（{error}）；请重新安装，或用 --model 另选"
    ),
    "the model in {name} cannot be read: {error}; {instead}": "{name} 中的模型读不出：{error}；{instead}",
    "the model file {path} cannot be read ({error}); install it again, or choose another --model": (
        "模型文件 {path} 读不出（{error}）；请重新安装，或用 --model 另选"
    ),
    "the model file {path} cannot be read ({why}); install it again, or choose another --model": (
        "模型文件 {path} 读不出（{why}）；请重新安装，或用 --model 另选"
    ),
    "no model {name}: it is not on disk and the hub did not give it ({error}); {instead}": (
        "没有模型 {name}：磁盘上没有，也没能下载（{error}）；{instead}"
    ),
    "--{option} {name} needs sentence-transformers; install it with: pip install 'sentence-transformers>=5'": (
        "--{option} {name} 需要 sentence-transformers；请安装：pip install 'sentence-transformers>=5'"
    ),
    "--device {device} needs sentence-transformers; install it with: pip install 'sentence-transformers>=5'": (
        "--device {device} 需要 sentence-transformers；请安装：pip install 'sentence-transformers>=5'"
    ),
    "no device {device}; choose cpu, cuda or mps, or leave --device out": "没有设备 {device}；请选 cpu、cuda 或 mps，或去掉 --device",
    "--device {device} cannot be used here ({error}); leave it out, or choose cpu": "这里不能用 --device {device}（{error}）；请去掉，或选 cpu",
    # corrections of a page
    "{where}: {why}": "{where}：{why}",
    "line {numbers}": "第 {numbers} 行",
    "lines {numbers}": "第 {numbers} 行",
    '{source} was read as {count} articles, so this one needs "paragraphs" with their lines': (
        '{source} 读成了 {count} 篇文章，所以这一篇需要写明 "paragraphs" 及其行号'
    ),
    'what stands in {lines} of {source} begins with {start}, not with {begins}; correct the lines, or leave "begins" out': (
        '{source} {lines}开头是“{start}”，不是“{begins}”；请改行号，或去掉 "begins"'
    ),
    "nothing stands in {lines} of {source}; name lines with text": "{source} {lines}没有文字；请写有文字的行",
    "its text does not stand in {lines} of {source}; copy it from there, or leave it out": (
        "{source} {lines}中没有这段文字；请从原文复制，或去掉"
    ),
    '"lines" must be pairs of first and last line, such as [[21, 25]]': '"lines" 应是首行和末行的数对，如 [[21, 25]]',
    "line {line} is in another paragraph or head as well; leave it in one of them": "第 {line} 行也在另一个段落或标题中；请只留一处",
    "there are no lines {first}-{last} in {source}, which has lines 1 to {count}; correct them": (
        "{source} 只有第 1 至 {count} 行，没有第 {first}-{last} 行；请改正"
    ),
    "{path}: no line in it that could be put right; nothing was written": "{path}：没有可以更正的行；没有写入任何内容",
    "{name}: must be a list of articles, [{{…}}, …]; make a new one with: qianli articles PAGE --edit": (
        "{name}：应是文章的列表 [{{…}}, …]；请重新生成：qianli articles 页面 --edit"
    ),
    "{beside}: a folder, a pipe or a device; make it readable, or remove it": "{beside}：是文件夹、管道或设备；请改为可读，或删除",
    "{beside}: larger than {most} MB; no page needs that: make a new one": "{beside}：超过 {most} MB，没有页面需要这么大；请重新生成",
    "{beside}: {reason}; make it readable, or remove it": "{beside}：{reason}；请改为可读，或删除",
    "{beside}: {reason}; make the folder writable, or copy the page": "{beside}：{reason}；请把文件夹改为可写，或复制页面",
    "{beside}: {reason}; nothing was written": "{beside}：{reason}；没有写入任何内容",
    "{name}: no JSON at {where} ({error}); correct it, or remove the file": "{name}：{where} 处不是 JSON（{error}）；请改正，或删除文件",
    'must be an object such as {"title": …, "paragraphs": […]}': '应是对象，如 {"title": …, "paragraphs": […]}',
    "nothing is called {name}; there are {known}": "没有名为 {name} 的项；可以写 {known}",
    '"date" must be such as "2024-05-06", "2024-05" or "2024", or null where none is printed': (
        '"date" 应写成 "2024-05-06"、"2024-05" 或 "2024"，没有印出日期时写 null'
    ),
    '"kind" must be text, such as "news", "notice" or "photo-news"': '"kind" 应是文字，如 "news"、"notice" 或 "photo-news"',
    '"begins" must be text, and "text" text or a list of its pieces': '"begins" 应是文字，"text" 应是文字或其片段的列表',
    '"{name}" must be text in one line, or null where there is none': '"{name}" 应是一行文字，没有时写 null',
    '"{name}" must be a list of {what}': '"{name}" 应是列表，内容为{what}',
}
