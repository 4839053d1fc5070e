package island

/** プレイヤーの一手。文ではなく意味を表す。 */
sealed interface Command {
    data class Go(val direction: Direction) : Command
    data class Take(val item: String) : Command
    data class Drop(val item: String) : Command
    data object Look : Command
    data object LightLamp : Command
    data object ShowInventory : Command
    data object Quit : Command
    data class NotUnderstood(val text: String) : Command
}

/**
 * 日本語と英語の命令を読む。
 *
 * 日本語は動詞が最後に来るので（「油を取る」）、英語とは別に読む。助詞は飾りとして捨てる。
 */
object CommandParser {
    private val directions = mapOf(
        "北" to Direction.NORTH, "north" to Direction.NORTH, "n" to Direction.NORTH,
        "東" to Direction.EAST, "east" to Direction.EAST, "e" to Direction.EAST,
        "南" to Direction.SOUTH, "south" to Direction.SOUTH, "s" to Direction.SOUTH,
        "西" to Direction.WEST, "west" to Direction.WEST, "w" to Direction.WEST,
        "上" to Direction.UP, "up" to Direction.UP,
        "下" to Direction.DOWN, "down" to Direction.DOWN,
    )

    private val takeVerbs = listOf("取る", "拾う", "持つ")
    private val dropVerbs = listOf("置く", "捨てる")

    fun parseCommand(line: String): Command {
        val text = line.trim().lowercase()
        return parseEnglish(text) ?: parseJapanese(text) ?: Command.NotUnderstood(line)
    }

    private fun parseEnglish(text: String): Command? {
        val words = text.split(Regex("\\s+"))
        return when (words.first()) {
            "go" -> words.getOrNull(1)?.let(directions::get)?.let(Command::Go)
            "take", "get" -> words.getOrNull(1)?.let(Command::Take)
            "drop" -> words.getOrNull(1)?.let(Command::Drop)
            "look" -> Command.Look
            "light" -> Command.LightLamp
            "inventory", "i" -> Command.ShowInventory
            "quit" -> Command.Quit
            else -> directions[text]?.let(Command::Go)
        }
    }

    private fun parseJapanese(text: String): Command? {
        takeVerbs.firstOrNull(text::endsWith)?.let { return Command.Take(stripParticle(text.removeSuffix(it))) }
        dropVerbs.firstOrNull(text::endsWith)?.let { return Command.Drop(stripParticle(text.removeSuffix(it))) }
        return when {
            text.endsWith("行く") -> directions[stripParticle(text.removeSuffix("行く"))]?.let(Command::Go)
            text in setOf("見る", "調べる") -> Command.Look
            text in setOf("火をともす", "点火") -> Command.LightLamp
            text in setOf("持ち物", "荷物") -> Command.ShowInventory
            text in setOf("終わる", "やめる") -> Command.Quit
            else -> null
        }
    }

    /** 「油を」「北へ」の最後の助詞を落とす。 */
    private fun stripParticle(text: String): String = text.trim().trimEnd('を', 'へ', 'に')
}
