"""What the package `index` says: finding, writing and checking an index."""

CHINESE = {
    "no index in {folder}; make one with: qianli index FOLDER": "{folder} 中没有索引；请先建立：qianli index 文件夹",
}
