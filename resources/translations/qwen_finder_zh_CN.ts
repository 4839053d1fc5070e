<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Open with…</source>
        <translation>打开方式…</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Copy file</source>
        <translation>复制文件</translation>
    </message>
    <message>
        <source>Find similar</source>
        <translation>查找相似文件</translation>
    </message>
    <message>
        <source>Leave this file out</source>
        <translation>排除此文件</translation>
    </message>
    <message>
        <source>Leave its folder out</source>
        <translation>排除所在文件夹</translation>
    </message>
    <message>
        <source>Nothing here opens {0}.</source>
        <translation>没有程序可以打开 {0}。</translation>
    </message>
    <message>
        <source>No file browser shows the folder of {0}.</source>
        <translation>没有文件管理器可以显示 {0} 所在的文件夹。</translation>
    </message>
    <message>
        <source>Open {0} with</source>
        <translation>选择打开 {0} 的程序</translation>
    </message>
    <message>
        <source>Copied: {0}</source>
        <translation>已复制：{0}</translation>
    </message>
    <message>
        <source>Copied; paste it into a folder: {0}</source>
        <translation>已复制，可粘贴到文件夹中：{0}</translation>
    </message>
    <message>
        <source>Left out from now on: {0}</source>
        <translation>今后不再搜索：{0}</translation>
    </message>
    <message>
        <source>Back again, as soon as it is indexed: {0}</source>
        <translation>索引完成后即可再次搜到：{0}</translation>
    </message>
</context>
<context>
    <name>AdvancedPage</name>
    <message>
        <source>All settings</source>
        <translation>所有设置</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>查找设置</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>没有设置包含这些词。</translation>
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Relevance</source>
        <translation>相关度</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>排序方式</translation>
    </message>
    <message>
        <source>Sort by ({0})</source>
        <translation>排序方式（{0}）</translation>
    </message>
    <message>
        <source>since {0}</source>
        <translation>{0} 以后</translation>
    </message>
    <message>
        <source>until {0}</source>
        <translation>{0} 以前</translation>
    </message>
    <message>
        <source>Filter: {0}</source>
        <translation>筛选：{0}</translation>
    </message>
    <message>
        <source>Only some of the results: {0} ({1})</source>
        <translation>只显示部分结果：{0}（{1}）</translation>
    </message>
    <message>
        <source>All types</source>
        <translation>所有类型</translation>
    </message>
    <message>
        <source>Any language</source>
        <translation>任何语言</translation>
    </message>
    <message>
        <source>All folders</source>
        <translation>所有文件夹</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>其他文件夹…</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>任何时间</translation>
    </message>
    <message>
        <source>Since a day…</source>
        <translation>从某天起…</translation>
    </message>
    <message>
        <source>Until a day…</source>
        <translation>到某天为止…</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>Search only in this folder</source>
        <translation>只搜索此文件夹</translation>
    </message>
    <message>
        <source>Changed since</source>
        <translation>在此之后更改</translation>
    </message>
    <message>
        <source>Changed until</source>
        <translation>在此之前更改</translation>
    </message>
</context>
<context>
    <name>Downloads</name>
    <message>
        <source>Waits for another download</source>
        <translation>正在等待另一个下载</translation>
    </message>
    <message>
        <source>Checking what was downloaded</source>
        <translation>正在校验下载内容</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done}，共 {total}</translation>
    </message>
    <message>
        <source>Paused at {amount}</source>
        <translation>已暂停：{amount}</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>已下载</translation>
    </message>
    <message>
        <source>{size} a second</source>
        <translation>每秒 {size}</translation>
    </message>
</context>
<context>
    <name>DropHint</name>
    <message>
        <source>Drop a picture or a file to find similar ones</source>
        <translation>拖入图片或文件以查找相似内容</translation>
    </message>
</context>
<context>
    <name>ErrorNote</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>FactsView</name>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Why this result</source>
        <translation>为何有此结果</translation>
    </message>
</context>
<context>
    <name>FailuresPage</name>
    <message>
        <source>Files not read</source>
        <translation>未能读取的文件</translation>
    </message>
    <message>
        <source>They are found by name. A file is tried again when it changes, or when you say so.</source>
        <translation>这些文件可按名称找到。文件更改后会自动重试，您也可以要求重试。</translation>
    </message>
    <message>
        <source>Files that could not be read</source>
        <translation>无法读取的文件</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Try all again</source>
        <translation>全部重试</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) could not be read</source>
        <translation>
            <numerusform>%Ln 个文件无法读取</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln found by name only, or not in full</source>
        <translation>
            <numerusform>%Ln 个文件只能按名称找到或未完整收录</numerusform>
        </translation>
    </message>
    <message>
        <source>Every file could be read.</source>
        <translation>所有文件均已读取。</translation>
    </message>
    <message>
        <source>{files} are tried again.</source>
        <translation>正在重试 {files}。</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <source>Welcome to Qwen Finder</source>
        <translation>欢迎使用 Qwen Finder</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>{files} to read: about {time} and {size} of disk for the index.</source>
        <translation>需读取 {files}：约需 {time}，索引约占磁盘 {size}。</translation>
    </message>
</context>
<context>
    <name>FoldersPage</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>排除的内容</translation>
    </message>
    <message>
        <source>Left out without your asking</source>
        <translation>默认排除的内容</translation>
    </message>
    <message>
        <source>Add folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Remove folder</source>
        <translation>移除文件夹</translation>
    </message>
    <message>
        <source>No longer search {folder}?</source>
        <translation>不再搜索 {folder}？</translation>
    </message>
    <message>
        <source>What is known of its files is removed from the index. The files themselves stay.</source>
        <translation>其中文件的信息会从索引中移除，文件本身不受影响。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove {folder}</source>
        <translation>移除 {folder}</translation>
    </message>
    <message>
        <source>No folder is indexed yet.</source>
        <translation>尚未索引任何文件夹。</translation>
    </message>
    <message>
        <source>Files and folders that you left out</source>
        <translation>您排除的文件和文件夹</translation>
    </message>
    <message>
        <source>Search it again</source>
        <translation>重新搜索</translation>
    </message>
</context>
<context>
    <name>FoldersStep</name>
    <message>
        <source>Where are your files?</source>
        <translation>您的文件在哪里？</translation>
    </message>
    <message>
        <source>These folders are read and searched. You can change this at any time.</source>
        <translation>将读取并搜索这些文件夹，您可以随时更改。</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>其他文件夹…</translation>
    </message>
    <message>
        <source>Another folder</source>
        <translation>其他文件夹</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>more than {amount}</source>
        <translation>超过 {amount}</translation>
    </message>
    <message>
        <source>Estimating…</source>
        <translation>正在估算…</translation>
    </message>
    <message>
        <source>Choose at least one folder.</source>
        <translation>请至少选择一个文件夹。</translation>
    </message>
    <message>
        <source>There is no estimate now: {reason}</source>
        <translation>暂时无法估算：{reason}</translation>
    </message>
</context>
<context>
    <name>Indexing</name>
    <message>
        <source>Progress of this folder</source>
        <translation>此文件夹的进度</translation>
    </message>
</context>
<context>
    <name>IndexingView</name>
    <message>
        <source>Indexing</source>
        <translation>索引</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Progress of indexing</source>
        <translation>索引进度</translation>
    </message>
    <message>
        <source>Look for changes now</source>
        <translation>立即检查更改</translation>
    </message>
    <message>
        <source>Folders…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>Reading {file}</source>
        <translation>正在读取 {file}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) could not be read</source>
        <translation>
            <numerusform>%Ln 个文件无法读取</numerusform>
        </translation>
    </message>
    <message>
        <source>{pace}: {reason}</source>
        <translation>{pace}：{reason}</translation>
    </message>
    <message>
        <source>No folder is indexed yet.</source>
        <translation>尚未索引任何文件夹。</translation>
    </message>
</context>
<context>
    <name>LikeBar</name>
    <message>
        <source>Back to the search</source>
        <translation>返回搜索</translation>
    </message>
    <message>
        <source>Files like {0}</source>
        <translation>与 {0} 相似的文件</translation>
    </message>
</context>
<context>
    <name>LooksPage</name>
    <message>
        <source>Language and appearance</source>
        <translation>语言和外观</translation>
    </message>
    <message>
        <source>The language changes when the window is started again.</source>
        <translation>语言将在窗口重新启动后更改。</translation>
    </message>
    <message>
        <source>A look at it</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>搜索</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%Ln result(s)</source>
        <translation>
            <numerusform>%Ln 个结果</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the first %Ln result(s)</source>
        <translation>
            <numerusform>前 %Ln 个结果</numerusform>
        </translation>
    </message>
    <message>
        <source>No file answers this well; these come nearest.</source>
        <translation>没有文件能很好地回答，以下最为接近。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Size of the model</source>
        <translation>模型大小</translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation>下载进度</translation>
    </message>
    <message>
        <source>By language</source>
        <translation>按语言查看</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Being prepared</source>
        <translation>准备中</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>已下载</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>{size} of memory</source>
        <translation>内存 {size}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln dimension(s)</source>
        <translation>
            <numerusform>%Ln 维</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation>
            <numerusform>%Ln 个词元</numerusform>
        </translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume download</source>
        <translation>继续下载</translation>
    </message>
    <message>
        <source>Download, {size}</source>
        <translation>下载（{size}）</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>Discard what was downloaded</source>
        <translation>丢弃已下载的部分</translation>
    </message>
    <message>
        <source>Verify the files</source>
        <translation>校验文件</translation>
    </message>
    <message>
        <source>Remove from this machine</source>
        <translation>从本机移除</translation>
    </message>
    <message>
        <source>Questions that find their passage among the first ten, by our own measurement</source>
        <translation>提问后在前十条结果中找到对应段落的比例（我们自己的测量）</translation>
    </message>
</context>
<context>
    <name>ModelStep</name>
    <message>
        <source>How well shall it understand?</source>
        <translation>需要多好的理解能力？</translation>
    </message>
    <message>
        <source>The model runs on your machine; nothing you search or keep leaves it.</source>
        <translation>模型在您的电脑上运行，您搜索和保存的内容都不会离开本机。</translation>
    </message>
    <message>
        <source>The model that comes along</source>
        <translation>自带的模型</translation>
    </message>
    <message>
        <source>Looking at what suits this machine…</source>
        <translation>正在查看适合本机的模型…</translation>
    </message>
    <message>
        <source>The model that comes along (recommended)</source>
        <translation>自带的模型（推荐）</translation>
    </message>
    <message>
        <source>Better: {model}</source>
        <translation>更好：{model}</translation>
    </message>
    <message>
        <source>Better and slower: {model}</source>
        <translation>更好但更慢：{model}</translation>
    </message>
    <message>
        <source>{languages}. It is on this machine and will be used as soon as it is ready.</source>
        <translation>{languages}。它已在本机上，准备好后即会使用。</translation>
    </message>
    <message>
        <source>{languages}. {size} are downloaded in the background; until then the other model answers.</source>
        <translation>{languages}。将在后台下载 {size}，在此之前由另一个模型回答。</translation>
    </message>
    <message>
        <source>Small and fast. It answers at once and takes little memory.</source>
        <translation>小巧快速，立即可用，占用内存少。</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>A model understands what files say. A larger one understands better and works slower.</source>
        <translation>模型理解文件的内容。较大的模型理解得更好，但速度较慢。</translation>
    </message>
    <message>
        <source>Models of your own</source>
        <translation>您自己的模型</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Progress of the change</source>
        <translation>更换进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Go back to the model before</source>
        <translation>换回之前的模型</translation>
    </message>
    <message>
        <source>Changing to {model}; the present model answers meanwhile</source>
        <translation>正在更换为 {model}，期间由现有模型回答</translation>
    </message>
    <message>
        <source>{model} is in use</source>
        <translation>正在使用 {model}</translation>
    </message>
    <message>
        <source>The change to {model} failed; nothing was lost</source>
        <translation>更换为 {model} 失败，没有任何损失</translation>
    </message>
    <message>
        <source>{done} of {passages}</source>
        <translation>{done}，共 {passages}</translation>
    </message>
    <message>
        <source>For texts</source>
        <translation>用于文本</translation>
    </message>
    <message>
        <source>For pictures</source>
        <translation>用于图片</translation>
    </message>
    <message>
        <source>For judging the best hits</source>
        <translation>用于重排最佳结果</translation>
    </message>
    <message>
        <source>Reading all of its files…</source>
        <translation>正在读取其全部文件…</translation>
    </message>
    <message>
        <source>The files are as published.</source>
        <translation>文件与发布的一致。</translation>
    </message>
    <message>
        <source>Change the model</source>
        <translation>更换模型</translation>
    </message>
    <message>
        <source>Use {model} from now on?</source>
        <translation>今后使用 {model}？</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>约 {time}</translation>
    </message>
    <message>
        <source>a time that is not known yet</source>
        <translation>尚不清楚的时间</translation>
    </message>
    <message>
        <source>{files} in {passages} are read anew, which takes {time} and {size} of disk while both are kept ({free} are free). The present model answers until the new one is ready, and you can go back.</source>
        <translation>将重新读取 {files}（{passages}），需要 {time}，两者并存期间占用磁盘 {size}（可用 {free}）。在新模型就绪之前由现有模型回答，您可以随时换回。</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>更换</translation>
    </message>
</context>
<context>
    <name>News</name>
    <message>
        <source>{files} can now be found by what they say.</source>
        <translation>现在可以按内容找到 {files}。</translation>
    </message>
    <message>
        <source>Your files are indexed</source>
        <translation>您的文件已索引完成</translation>
    </message>
    <message>
        <source>A folder cannot be reached</source>
        <translation>无法访问某个文件夹</translation>
    </message>
    <message>
        <source>{folder} is away. What is known of its files is kept.</source>
        <translation>{folder} 不可用，其中文件的信息会保留。</translation>
    </message>
    <message>
        <source>Indexing waits until there is room: {reason}.</source>
        <translation>索引将等到有空间时再继续：{reason}。</translation>
    </message>
    <message>
        <source>The disk is nearly full</source>
        <translation>磁盘快满了</translation>
    </message>
    <message>
        <source>A model was downloaded</source>
        <translation>模型已下载</translation>
    </message>
    <message>
        <source>{model} can be used now.</source>
        <translation>现在可以使用 {model}。</translation>
    </message>
    <message>
        <source>{model} could not be downloaded</source>
        <translation>无法下载 {model}</translation>
    </message>
    <message>
        <source>The new model is in use</source>
        <translation>新模型已启用</translation>
    </message>
    <message>
        <source>Searches are answered by {model} from now on.</source>
        <translation>今后由 {model} 回答搜索。</translation>
    </message>
    <message>
        <source>The change to {model} failed</source>
        <translation>更换为 {model} 失败</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Offers</name>
    <message>
        <source>Suggestions</source>
        <translation>建议</translation>
    </message>
</context>
<context>
    <name>PacePage</name>
    <message>
        <source>Pace and power</source>
        <translation>速度与电源</translation>
    </message>
    <message>
        <source>Indexing waits for you: it is slower while you work, and stops on a low battery.</source>
        <translation>索引会为您让路：您工作时放慢，电量低时停止。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Full speed for 1 hour</source>
        <translation>全速运行 1 小时</translation>
    </message>
    <message>
        <source>What it may take</source>
        <translation>可占用的资源</translation>
    </message>
    <message>
        <source>Now: {pace}</source>
        <translation>当前：{pace}</translation>
    </message>
    <message>
        <source>Automatic again</source>
        <translation>恢复自动</translation>
    </message>
</context>
<context>
    <name>PagesView</name>
    <message>
        <source>Previous page</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>页</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
</context>
<context>
    <name>Pausing</name>
    <message>
        <source>For 1 hour</source>
        <translation>暂停 1 小时</translation>
    </message>
    <message>
        <source>Until tomorrow</source>
        <translation>直到明天</translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation>直到我继续</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
</context>
<context>
    <name>PicturesView</name>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
</context>
<context>
    <name>Plurals</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s)</source>
        <translation>
            <numerusform>%Ln 个段落</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) indexed</source>
        <translation>
            <numerusform>已索引 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln waiting</source>
        <translation>
            <numerusform>%Ln 个等待中</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln 个失败</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln by name only</source>
        <translation>
            <numerusform>%Ln 个仅按名称</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s) cannot be reached</source>
        <translation>
            <numerusform>%Ln 个文件夹无法访问</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Choose a result to look into it.</source>
        <translation>选择一个结果以查看内容。</translation>
    </message>
    <message>
        <source>There is nothing to show of this file.</source>
        <translation>此文件没有可显示的内容。</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Everything stays on this machine. Nothing is sent anywhere unless you ask for it.</source>
        <translation>一切都留在本机。除非您要求，否则不会向任何地方发送内容。</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>保存的内容</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>网络连接</translation>
    </message>
    <message>
        <source>Forget everything</source>
        <translation>忘记一切</translation>
    </message>
    <message>
        <source>Removes the index, the thumbnails, the recent searches and the list of folders. Your files, the models and the settings stay.</source>
        <translation>移除索引、缩略图、最近的搜索和文件夹列表。您的文件、模型和设置不受影响。</translation>
    </message>
    <message>
        <source>Forget everything…</source>
        <translation>忘记一切…</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>None since {time}, when the service started.</source>
        <translation>自 {time} 服务启动以来没有任何连接。</translation>
    </message>
    <message>
        <source>Show in folder: {path}</source>
        <translation>在文件夹中显示：{path}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln time(s)</source>
        <translation>
            <numerusform>%Ln 次</numerusform>
        </translation>
    </message>
    <message>
        <source>List of files</source>
        <translation>文件列表</translation>
    </message>
    <message>
        <source>Texts and vectors</source>
        <translation>文本和向量</translation>
    </message>
    <message>
        <source>Vectors of pictures</source>
        <translation>图片向量</translation>
    </message>
    <message>
        <source>Thumbnails</source>
        <translation>缩略图</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Recent searches</source>
        <translation>最近的搜索</translation>
    </message>
    <message>
        <source>Forget everything that was indexed?</source>
        <translation>忘记所有已索引的内容？</translation>
    </message>
    <message>
        <source>Nothing can be found until folders are added and indexed again. Your files stay.</source>
        <translation>在重新添加并索引文件夹之前将搜不到任何内容。您的文件不受影响。</translation>
    </message>
</context>
<context>
    <name>Remark</name>
    <message>
        <source>Do not show this again today</source>
        <translation>今天不再显示</translation>
    </message>
</context>
<context>
    <name>ResultsDelegate</name>
    <message>
        <source>{0} more here</source>
        <translation>此处还有 {0} 处</translation>
    </message>
    <message>
        <source>copies: {0}</source>
        <translation>副本：{0}</translation>
    </message>
    <message>
        <source>Copy: {0}</source>
        <translation>副本：{0}</translation>
    </message>
</context>
<context>
    <name>ResultsModel</name>
    <message>
        <source>Best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Other files</source>
        <translation>其他文件</translation>
    </message>
    <message>
        <source>Strong match</source>
        <translation>强匹配</translation>
    </message>
    <message>
        <source>Good match</source>
        <translation>良好匹配</translation>
    </message>
    <message>
        <source>Weak match</source>
        <translation>弱匹配</translation>
    </message>
    <message>
        <source>Hardly a match</source>
        <translation>几乎不匹配</translation>
    </message>
    <message>
        <source>page {0}</source>
        <translation>第 {0} 页</translation>
    </message>
    <message>
        <source>slide {0}</source>
        <translation>第 {0} 张幻灯片</translation>
    </message>
    <message>
        <source>sheet {0}</source>
        <translation>工作表 {0}</translation>
    </message>
    <message>
        <source>line {0}</source>
        <translation>第 {0} 行</translation>
    </message>
    <message>
        <source>row {0}</source>
        <translation>第 {0} 行</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>Same content: {0}</source>
        <translation>内容相同：{0}</translation>
    </message>
    <message>
        <source>Almost the same and left out: {0}</source>
        <translation>几乎相同，已省略：{0}</translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Search your files by meaning, words or name</source>
        <translation>按含义、词语或名称搜索文件</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>What are you looking for? ({0})</source>
        <translation>您在找什么？（{0}）</translation>
    </message>
    <message>
        <source>Clear (Esc)</source>
        <translation>清除（Esc）</translation>
    </message>
</context>
<context>
    <name>Setting</name>
    <message>
        <source>Text model: a catalog id, gguf:/path/to/model.gguf, or openai:URL#MODEL.</source>
        <translation>文本模型：目录中的名称、gguf:/path/to/model.gguf，或 openai:URL#MODEL。</translation>
    </message>
    <message>
        <source>Picture model: a catalog id, or clip:/path/to/folder; auto takes the default one if it is there, off takes none.</source>
        <translation>图片模型：目录中的标识，或 clip:/path/to/folder；auto 表示若有默认模型则使用它，off 表示不使用。</translation>
    </message>
    <message>
        <source>Length of the vectors; 0 takes the best for the model. Only Matryoshka models stay good when cut.</source>
        <translation>向量长度；0 表示采用最适合模型的长度。只有 Matryoshka 模型截短后仍然有效。</translation>
    </message>
    <message>
        <source>What the text model is told to look for, in English; empty takes the model&apos;s own default.</source>
        <translation>告诉文本模型要找什么（英文）；留空则采用模型自己的默认值。</translation>
    </message>
    <message>
        <source>How a model file of your own makes one vector of a text; auto takes what the file says.</source>
        <translation>您自己的模型文件如何把一段文本变成一个向量；auto 表示按文件所述。</translation>
    </message>
    <message>
        <source>The longest text that is embedded at once, in tokens; longer ones take more memory.</source>
        <translation>一次嵌入的最长文本（词元数）；越长占用内存越多。</translation>
    </message>
    <message>
        <source>Layers of the model on the graphics card; auto takes as many as its memory holds, 0 none.</source>
        <translation>放在显卡上的模型层数；auto 表示显存能放多少就放多少，0 表示不放。</translation>
    </message>
    <message>
        <source>Reranker: a catalog id, or gguf:/path/to/model.gguf; auto takes one that is there, off takes none.</source>
        <translation>重排模型：目录中的标识，或 gguf:/path/to/model.gguf；auto 表示若有则使用，off 表示不使用。</translation>
    </message>
    <message>
        <source>Embedding servers (http://HOST/v1) that the text of your files may be sent to.</source>
        <translation>可以接收您文件文本的嵌入服务器（http://HOST/v1）。</translation>
    </message>
    <message>
        <source>Processor threads for indexing; 0 leaves one core free for you.</source>
        <translation>索引使用的处理器线程数；0 表示为您留出一个核心。</translation>
    </message>
    <message>
        <source>Minutes without use after which the model gives its memory back; 0 keeps it.</source>
        <translation>模型闲置多少分钟后释放内存；0 表示一直保留。</translation>
    </message>
    <message>
        <source>Where models are fetched from; auto takes ModelScope where Hugging Face cannot be reached.</source>
        <translation>模型从哪里下载；auto 表示无法访问 Hugging Face 时使用 ModelScope。</translation>
    </message>
    <message>
        <source>Address of Hugging Face or of a mirror of it; empty takes HF_ENDPOINT, or the usual one.</source>
        <translation>Hugging Face 或其镜像的地址；留空则采用 HF_ENDPOINT 或通常的地址。</translation>
    </message>
    <message>
        <source>How hard indexing works; auto: full when you are away, balanced when not, quiet on battery.</source>
        <translation>索引的强度；auto：您离开时全速，使用时均衡，用电池时安静。</translation>
    </message>
    <message>
        <source>Minutes without input or queries after which you are away.</source>
        <translation>多少分钟没有输入或搜索即视为您已离开。</translation>
    </message>
    <message>
        <source>Leave out what a .gitignore file leaves out.</source>
        <translation>排除 .gitignore 文件所排除的内容。</translation>
    </message>
    <message>
        <source>Index hidden files and folders (names that begin with a dot) too.</source>
        <translation>也索引隐藏的文件和文件夹（名称以点开头）。</translation>
    </message>
    <message>
        <source>More names to leave out, in .gitignore syntax, beside index.skip_defaults.</source>
        <translation>除 index.skip_defaults 之外还要排除的名称，采用 .gitignore 语法。</translation>
    </message>
    <message>
        <source>Files and folders that you left out one by one, by their full paths.</source>
        <translation>您逐个排除的文件和文件夹（完整路径）。</translation>
    </message>
    <message>
        <source>Names of what nobody looks for, left out, in .gitignore syntax; a shorter list lets some in.</source>
        <translation>没人会找的内容的名称，默认排除，采用 .gitignore 语法；缩短列表即可收录其中一些。</translation>
    </message>
    <message>
        <source>Names that hold secrets and are left out, in .gitignore syntax; a shorter list lets some in.</source>
        <translation>含有机密而被排除的名称，采用 .gitignore 语法；缩短列表即可收录其中一些。</translation>
    </message>
    <message>
        <source>Files larger than this many megabytes are found by name only.</source>
        <translation>超过此大小（兆字节）的文件只能按名称找到。</translation>
    </message>
    <message>
        <source>How much text of one file is indexed, in characters; the rest of it is found by name only.</source>
        <translation>每个文件索引多少文本（字符数）；其余部分只能按名称找到。</translation>
    </message>
    <message>
        <source>How many pages, slides or sheets of one file are indexed.</source>
        <translation>每个文件索引多少页、幻灯片或工作表。</translation>
    </message>
    <message>
        <source>How many files inside an archive or mailbox are indexed; more are found by name only.</source>
        <translation>每个压缩包或邮箱中索引多少文件；更多的只能按名称找到。</translation>
    </message>
    <message>
        <source>How deep an archive within an archive is looked into.</source>
        <translation>对压缩包中的压缩包查看多少层。</translation>
    </message>
    <message>
        <source>Seconds after which reading a file is given up, beside those for its size and for text in pictures.</source>
        <translation>读取文件多少秒后放弃（按大小和识别图中文字另加的时间除外）。</translation>
    </message>
    <message>
        <source>Seconds more for each megabyte of a file.</source>
        <translation>文件每兆字节增加的秒数。</translation>
    </message>
    <message>
        <source>Text in pictures and scanned pages; auto recognises it where there is no other text: Latin letters, Chinese and Japanese, other scripts where Tesseract is installed with their language.</source>
        <translation>图片和扫描页中的文字；auto 表示在没有其他文字时识别：拉丁字母、中文和日文，以及已安装 Tesseract 相应语言的其他文字。</translation>
    </message>
    <message>
        <source>Pictures whose longer side has fewer pixels, icons mostly, are not looked at; 0 looks at all.</source>
        <translation>长边像素少于此值的图片（多为图标）不予查看；0 表示全部查看。</translation>
    </message>
    <message>
        <source>Megabytes of thumbnails kept on disk; those nobody looked at for long go first; 0 keeps none.</source>
        <translation>磁盘上保留的缩略图大小（兆字节）；最久未看的先删除；0 表示不保留。</translation>
    </message>
    <message>
        <source>Processes that read files at once; 0 is one per processor core.</source>
        <translation>同时读取文件的进程数；0 表示每个处理器核心一个。</translation>
    </message>
    <message>
        <source>Megabytes of memory that one of them may take; a file that needs more is found by name only.</source>
        <translation>其中每个进程可用的内存（兆字节）；需要更多内存的文件只能按名称找到。</translation>
    </message>
    <message>
        <source>Indexing pauses while the disk of the index has fewer free megabytes than this; 0 never does.</source>
        <translation>索引所在磁盘的可用空间（兆字节）少于此值时暂停索引；0 表示从不暂停。</translation>
    </message>
    <message>
        <source>Minutes between two looks at every folder, beside the changes that are noticed as they happen.</source>
        <translation>除实时发现的更改外，每隔多少分钟检查一遍所有文件夹。</translation>
    </message>
    <message>
        <source>Have the best hits of every query judged by the reranker.</source>
        <translation>让重排模型评判每次搜索的最佳结果。</translation>
    </message>
    <message>
        <source>Milliseconds that the reranker may take; hits keep their order when it does not manage.</source>
        <translation>重排模型可用的毫秒数；超时则结果保持原有顺序。</translation>
    </message>
    <message>
        <source>How many hits a query shows when it does not say.</source>
        <translation>搜索未指定时显示多少条结果。</translation>
    </message>
    <message>
        <source>Language of the window; auto takes the desktop&apos;s. It is spoken from the next start of the window.</source>
        <translation>窗口的语言；auto 表示跟随桌面。窗口下次启动时生效。</translation>
    </message>
    <message>
        <source>Whether the window is light or dark; system follows the desktop.</source>
        <translation>窗口是浅色还是深色；system 表示跟随桌面。</translation>
    </message>
    <message>
        <source>Size of the window&apos;s letters, in percent of the desktop&apos;s.</source>
        <translation>窗口文字的大小，以桌面文字的百分比表示。</translation>
    </message>
    <message>
        <source>Keep recent searches, on this machine, to suggest them again.</source>
        <translation>在本机保留最近的搜索，以便再次建议。</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认值</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Pace and power</source>
        <translation>速度与电源</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Files not read</source>
        <translation>未能读取的文件</translation>
    </message>
    <message>
        <source>All settings</source>
        <translation>所有设置</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>设置页面</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
</context>
<context>
    <name>Situation</name>
    <message>
        <source>The service is not running</source>
        <translation>服务未运行</translation>
    </message>
    <message>
        <source>The service is starting</source>
        <translation>服务正在启动</translation>
    </message>
    <message>
        <source>No folders yet</source>
        <translation>尚无文件夹</translation>
    </message>
    <message>
        <source>The text model cannot be used</source>
        <translation>文本模型无法使用</translation>
    </message>
    <message>
        <source>Indexing, {percent}</source>
        <translation>正在索引，{percent}</translation>
    </message>
    <message>
        <source>Preparing the new model, {percent}</source>
        <translation>正在准备新模型，{percent}</translation>
    </message>
    <message>
        <source>Looking for changes</source>
        <translation>正在检查更改</translation>
    </message>
    <message>
        <source>{files} wait</source>
        <translation>{files}等待中</translation>
    </message>
    <message>
        <source>Paused {reason}</source>
        <translation>已暂停：{reason}</translation>
    </message>
    <message>
        <source>Paused: {reason}</source>
        <translation>已暂停：{reason}</translation>
    </message>
    <message>
        <source>{files} can be found</source>
        <translation>可搜索 {files}</translation>
    </message>
    <message>
        <source>Everything is indexed</source>
        <translation>全部已索引</translation>
    </message>
    <message>
        <source>{done} of {files}</source>
        <translation>{done} / {files}</translation>
    </message>
</context>
<context>
    <name>StartStep</name>
    <message>
        <source>Ready</source>
        <translation>准备就绪</translation>
    </message>
    <message>
        <source>You can search while the files are read: by name at once, by what they say as it goes on.</source>
        <translation>读取文件时即可搜索：名称立即可搜，内容随进度可搜。</translation>
    </message>
    <message>
        <source>Reading goes on in the background and makes way for you: slower while you work, not at all on a low battery.</source>
        <translation>读取在后台进行并为您让路：您工作时放慢，电量低时停止。</translation>
    </message>
    <message>
        <source>Nothing leaves this machine. Keys, passwords and the like are left out.</source>
        <translation>任何内容都不会离开本机。密钥、密码等会被排除。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln 个文件夹</numerusform>
        </translation>
    </message>
    <message>
        <source>The model that comes along answers.</source>
        <translation>由自带的模型回答。</translation>
    </message>
    <message>
        <source>{model} is made ready in the background.</source>
        <translation>{model} 将在后台准备。</translation>
    </message>
    <message>
        <source>{model} is downloaded in the background ({size}) and used when it is there.</source>
        <translation>{model} 将在后台下载（{size}），下载完成后启用。</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Indexing progress</source>
        <translation>索引进度</translation>
    </message>
    <message>
        <source>Keyboard shortcuts (F1)</source>
        <translation>键盘快捷键（F1）</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
</context>
<context>
    <name>Tasks</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{done} of {passages}</source>
        <translation>{done}，共 {passages}</translation>
    </message>
    <message>
        <source>Preparing {model}; the present model answers meanwhile</source>
        <translation>正在准备 {model}，期间由现有模型回答</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Downloading {model}</source>
        <translation>正在下载 {model}</translation>
    </message>
</context>
<context>
    <name>TextPane</name>
    <message>
        <source>Previous match</source>
        <translation>上一处匹配</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>下一处匹配</translation>
    </message>
    <message>
        <source>a part of the file</source>
        <translation>文件的一部分</translation>
    </message>
    <message>
        <source>matches: {0}</source>
        <translation>匹配：{0}</translation>
    </message>
</context>
<context>
    <name>TextView</name>
    <message>
        <source>Contents of the file</source>
        <translation>文件内容</translation>
    </message>
</context>
<context>
    <name>Titles</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Full speed</source>
        <translation>全速</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation>安静</translation>
    </message>
    <message>
        <source>Like the desktop</source>
        <translation>跟随桌面</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Indexing</source>
        <translation>索引</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Text model</source>
        <translation>文本模型</translation>
    </message>
    <message>
        <source>Picture model</source>
        <translation>图片模型</translation>
    </message>
    <message>
        <source>Reranker</source>
        <translation>重排模型</translation>
    </message>
    <message>
        <source>Length of vectors</source>
        <translation>向量长度</translation>
    </message>
    <message>
        <source>Instruction for queries</source>
        <translation>搜索指令</translation>
    </message>
    <message>
        <source>Pooling</source>
        <translation>池化方式</translation>
    </message>
    <message>
        <source>Servers that may be sent texts</source>
        <translation>可接收文本的服务器</translation>
    </message>
    <message>
        <source>Longest text</source>
        <translation>最长文本</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>显卡上的层数</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>处理器线程</translation>
    </message>
    <message>
        <source>Minutes until a model is unloaded</source>
        <translation>模型卸载前的分钟数</translation>
    </message>
    <message>
        <source>Where models come from</source>
        <translation>模型来源</translation>
    </message>
    <message>
        <source>Address of Hugging Face</source>
        <translation>Hugging Face 的地址</translation>
    </message>
    <message>
        <source>Pace of indexing</source>
        <translation>索引速度</translation>
    </message>
    <message>
        <source>Minutes until you are away</source>
        <translation>视为离开的分钟数</translation>
    </message>
    <message>
        <source>Respect .gitignore files</source>
        <translation>遵循 .gitignore 文件</translation>
    </message>
    <message>
        <source>Index hidden files</source>
        <translation>索引隐藏文件</translation>
    </message>
    <message>
        <source>Files and folders left out</source>
        <translation>已排除的文件和文件夹</translation>
    </message>
    <message>
        <source>Names to leave out</source>
        <translation>要排除的名称</translation>
    </message>
    <message>
        <source>Left out by default</source>
        <translation>默认排除</translation>
    </message>
    <message>
        <source>Secrets</source>
        <translation>机密</translation>
    </message>
    <message>
        <source>Largest file (MB)</source>
        <translation>最大文件（MB）</translation>
    </message>
    <message>
        <source>Characters of one file</source>
        <translation>每个文件的字符数</translation>
    </message>
    <message>
        <source>Pages of one file</source>
        <translation>每个文件的页数</translation>
    </message>
    <message>
        <source>Files of one archive</source>
        <translation>每个压缩包的文件数</translation>
    </message>
    <message>
        <source>Archives within archives</source>
        <translation>压缩包嵌套层数</translation>
    </message>
    <message>
        <source>Seconds for one file</source>
        <translation>每个文件的秒数</translation>
    </message>
    <message>
        <source>Seconds more for each megabyte</source>
        <translation>每兆字节增加的秒数</translation>
    </message>
    <message>
        <source>Text in pictures</source>
        <translation>图片中的文字</translation>
    </message>
    <message>
        <source>Smallest picture (pixels)</source>
        <translation>最小图片（像素）</translation>
    </message>
    <message>
        <source>Space for thumbnails (MB)</source>
        <translation>缩略图空间（MB）</translation>
    </message>
    <message>
        <source>Files read at once</source>
        <translation>同时读取的文件数</translation>
    </message>
    <message>
        <source>Memory for reading a file (MB)</source>
        <translation>读取文件的内存（MB）</translation>
    </message>
    <message>
        <source>Space to leave on the disk (MB)</source>
        <translation>磁盘预留空间（MB）</translation>
    </message>
    <message>
        <source>Minutes between two looks</source>
        <translation>两次检查间隔（分钟）</translation>
    </message>
    <message>
        <source>Hits of a query</source>
        <translation>每次搜索的结果数</translation>
    </message>
    <message>
        <source>Judge the best hits again</source>
        <translation>重排最佳结果</translation>
    </message>
    <message>
        <source>Milliseconds for judging</source>
        <translation>重排用时（毫秒）</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Size of letters (%)</source>
        <translation>文字大小（%）</translation>
    </message>
    <message>
        <source>Keep recent searches</source>
        <translation>保留最近的搜索</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Search…</source>
        <translation>搜索…</translation>
    </message>
    <message>
        <source>What is indexed…</source>
        <translation>索引情况…</translation>
    </message>
    <message>
        <source>Pause indexing</source>
        <translation>暂停索引</translation>
    </message>
    <message>
        <source>Resume indexing</source>
        <translation>继续索引</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Quit, keep indexing</source>
        <translation>退出（继续索引）</translation>
    </message>
    <message>
        <source>Quit and stop indexing</source>
        <translation>退出并停止索引</translation>
    </message>
</context>
<context>
    <name>WindowKeys</name>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>What is being indexed</source>
        <translation>索引情况</translation>
    </message>
    <message>
        <source>Choose folders…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>With the chosen results</source>
        <translation>对所选结果</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
</context>
<context>
    <name>WindowService</name>
    <message>
        <source>Start the service</source>
        <translation>启动服务</translation>
    </message>
    <message>
        <source>The service is starting; results follow.</source>
        <translation>服务正在启动，稍后显示结果。</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>{percent} %</source>
        <translation>{percent}%</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分钟</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} 小时 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{days} d {hours} h</source>
        <translation>{days} 天 {hours} 小时</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
    <message>
        <source>{count} files a second</source>
        <translation>每秒 {count} 个文件</translation>
    </message>
    <message>
        <source>{count} files a minute</source>
        <translation>每分钟 {count} 个文件</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Full speed</source>
        <translation>全速</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation>安静</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>until you resume</source>
        <translation>直到您继续</translation>
    </message>
    <message>
        <source>somebody waits for the index</source>
        <translation>有人在等待索引</translation>
    </message>
    <message>
        <source>the settings say so</source>
        <translation>按设置</translation>
    </message>
    <message>
        <source>on battery</source>
        <translation>使用电池</translation>
    </message>
    <message>
        <source>you are searching</source>
        <translation>您正在搜索</translation>
    </message>
    <message>
        <source>you are active</source>
        <translation>您正在使用电脑</translation>
    </message>
    <message>
        <source>other programs are busy</source>
        <translation>其他程序繁忙</translation>
    </message>
    <message>
        <source>nobody needs the machine</source>
        <translation>电脑空闲</translation>
    </message>
    <message>
        <source>for {time}</source>
        <translation>{time}</translation>
    </message>
    <message>
        <source>you asked for it, for {time}</source>
        <translation>按您的要求，持续 {time}</translation>
    </message>
    <message>
        <source>you asked for it</source>
        <translation>按您的要求</translation>
    </message>
    <message>
        <source>only {size} GB are free on the disk of the index</source>
        <translation>索引所在磁盘仅剩 {size} GB</translation>
    </message>
    <message>
        <source>the battery is at {percent} %</source>
        <translation>电量为 {percent}%</translation>
    </message>
    <message>
        <source>Changes are noticed at once</source>
        <translation>实时发现更改</translation>
    </message>
    <message>
        <source>Looked at from time to time</source>
        <translation>定期检查</translation>
    </message>
    <message>
        <source>Not reachable</source>
        <translation>无法访问</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英语</translation>
    </message>
    <message>
        <source>more than 100 languages</source>
        <translation>100 多种语言</translation>
    </message>
    <message>
        <source>more than 100 languages, and code</source>
        <translation>100 多种语言及代码</translation>
    </message>
    <message>
        <source>{days} d</source>
        <translation>{days} 天</translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation>{hours} 小时</translation>
    </message>
</context>
<context>
    <name>_Dots</name>
    <message>
        <source>Step {step} of {count}</source>
        <translation>第 {step} 步，共 {count} 步</translation>
    </message>
</context>
<context>
    <name>dates</name>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
</context>
<context>
    <name>details</name>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>更改时间</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Same content</source>
        <translation>内容相同</translation>
    </message>
    <message>
        <source>Almost the same, left out</source>
        <translation>几乎相同，已省略</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>place {0}</source>
        <translation>第 {0} 位</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>词语</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>What the picture shows</source>
        <translation>图片内容</translation>
    </message>
    <message>
        <source>Above chance (deviations)</source>
        <translation>高于随机（标准差）</translation>
    </message>
    <message>
        <source>Relatedness</source>
        <translation>相关程度</translation>
    </message>
    <message>
        <source>Share of your words in it</source>
        <translation>包含您的词语的比例</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>段落</translation>
    </message>
    <message>
        <source>alike</source>
        <translation>相似</translation>
    </message>
    <message>
        <source>of</source>
        <translation>共</translation>
    </message>
    <message>
        <source>score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>作者</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Keywords</source>
        <translation>关键词</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>拍摄时间</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>相机</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页数</translation>
    </message>
    <message>
        <source>From</source>
        <translation>发件人</translation>
    </message>
    <message>
        <source>To</source>
        <translation>收件人</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Artist</source>
        <translation>艺术家</translation>
    </message>
    <message>
        <source>Album</source>
        <translation>专辑</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
</context>
<context>
    <name>empty</name>
    <message>
        <source>The service is not running</source>
        <translation>服务未运行</translation>
    </message>
    <message>
        <source>It holds the index and answers searches, in the background.</source>
        <translation>它在后台保存索引并回答搜索。</translation>
    </message>
    <message>
        <source>Start the service</source>
        <translation>启动服务</translation>
    </message>
    <message>
        <source>No folders yet</source>
        <translation>尚无文件夹</translation>
    </message>
    <message>
        <source>Choose the folders to be searched. Nothing leaves this machine.</source>
        <translation>选择要搜索的文件夹。任何内容都不会离开本机。</translation>
    </message>
    <message>
        <source>Choose folders…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Say what it is about, in any language: what the file is called does not matter.</source>
        <translation>用任何语言描述内容即可，不必知道文件名。</translation>
    </message>
    <message>
        <source>You can type already; the service is starting.</source>
        <translation>现在就可以输入，服务正在启动。</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>您在找什么？</translation>
    </message>
    <message>
        <source>Nothing like it found</source>
        <translation>未找到相似内容</translation>
    </message>
    <message>
        <source>Nothing relevant found</source>
        <translation>未找到相关内容</translation>
    </message>
    <message>
        <source>Still indexing: {0} files left. What you look for may be among them.</source>
        <translation>仍在索引：还剩 {0} 个文件，您要找的可能在其中。</translation>
    </message>
    <message>
        <source>Show progress</source>
        <translation>查看进度</translation>
    </message>
    <message>
        <source>Perhaps without the filters?</source>
        <translation>试试不用筛选？</translation>
    </message>
    <message>
        <source>Remove filters</source>
        <translation>移除筛选</translation>
    </message>
    <message>
        <source>Other words may help, or a folder that is not searched yet.</source>
        <translation>换个说法，或添加尚未搜索的文件夹，可能有帮助。</translation>
    </message>
    <message>
        <source>Searched folders…</source>
        <translation>已搜索的文件夹…</translation>
    </message>
</context>
<context>
    <name>preview</name>
    <message>
        <source>page {0} of {1}</source>
        <translation>第 {0} / {1} 页</translation>
    </message>
    <message>
        <source>slide {0} of {1}</source>
        <translation>第 {0} / {1} 张幻灯片</translation>
    </message>
    <message>
        <source>sheet {0} of {1}</source>
        <translation>工作表 {0} / {1}</translation>
    </message>
</context>
<context>
    <name>shortcuts</name>
    <message>
        <source>In the search box</source>
        <translation>在搜索框中</translation>
    </message>
    <message>
        <source>Go to the search box</source>
        <translation>转到搜索框</translation>
    </message>
    <message>
        <source>Into the results; recent searches while it is empty</source>
        <translation>进入结果；搜索框为空时显示最近的搜索</translation>
    </message>
    <message>
        <source>Search at once and go to the first result</source>
        <translation>立即搜索并转到第一个结果</translation>
    </message>
    <message>
        <source>Offer recent searches and filters</source>
        <translation>显示最近的搜索和筛选</translation>
    </message>
    <message>
        <source>Take the first suggestion</source>
        <translation>采用第一条建议</translation>
    </message>
    <message>
        <source>Clear; once more hides the window</source>
        <translation>清除；再按一次隐藏窗口</translation>
    </message>
    <message>
        <source>Only one type of file</source>
        <translation>只看一种文件</translation>
    </message>
    <message>
        <source>Only in one folder</source>
        <translation>只看一个文件夹</translation>
    </message>
    <message>
        <source>Only since or until a day</source>
        <translation>只看某天之后或之前</translation>
    </message>
    <message>
        <source>Only in one language</source>
        <translation>只看一种语言</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>In the results</source>
        <translation>在结果中</translation>
    </message>
    <message>
        <source>Move; from the first one back to the search box</source>
        <translation>移动；从第一个返回搜索框</translation>
    </message>
    <message>
        <source>More passages and copies of this file</source>
        <translation>此文件的更多段落和副本</translation>
    </message>
    <message>
        <source>Close them</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>Select several; Ctrl+A selects all</source>
        <translation>选择多个；Ctrl+A 全选</translation>
    </message>
    <message>
        <source>In the preview</source>
        <translation>在预览中</translation>
    </message>
    <message>
        <source>Next match or page; Shift+F3 the previous one</source>
        <translation>下一处匹配或下一页；Shift+F3 上一处</translation>
    </message>
    <message>
        <source>Next page; Alt+PgUp the previous one</source>
        <translation>下一页；Alt+PgUp 上一页</translation>
    </message>
    <message>
        <source>Larger; - smaller, 0 fits</source>
        <translation>放大；- 缩小，0 适应</translation>
    </message>
    <message>
        <source>Details of the file</source>
        <translation>文件的详细信息</translation>
    </message>
    <message>
        <source>Why it was found</source>
        <translation>为何找到</translation>
    </message>
</context>
<context>
    <name>suggestions</name>
    <message>
        <source>kind of file</source>
        <translation>文件种类</translation>
    </message>
    <message>
        <source>folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>file extension</source>
        <translation>文件扩展名</translation>
    </message>
    <message>
        <source>changed since</source>
        <translation>在此之后更改</translation>
    </message>
    <message>
        <source>changed until</source>
        <translation>在此之前更改</translation>
    </message>
    <message>
        <source>language of the text</source>
        <translation>文本语言</translation>
    </message>
    <message>
        <source>part of the name</source>
        <translation>名称的一部分</translation>
    </message>
    <message>
        <source>size of the file</source>
        <translation>文件大小</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>音频</translation>
    </message>
    <message>
        <source>Films</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Archives</source>
        <translation>压缩包</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>This year</source>
        <translation>今年</translation>
    </message>
    <message>
        <source>Since last year</source>
        <translation>去年以来</translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Menu (Alt+M)</source>
        <translation>菜单（Alt+M）</translation>
    </message>
</context>
</TS>
