package island

/** 方角。逆の方角を知っているので、出口は片側だけ書けばよい。 */
enum class Direction {
    NORTH, EAST, SOUTH, WEST, UP, DOWN;

    val opposite: Direction
        get() = when (this) {
            NORTH -> SOUTH
            SOUTH -> NORTH
            EAST -> WEST
            WEST -> EAST
            UP -> DOWN
            DOWN -> UP
        }
}

data class Item(val name: String, val description: String, val weight: Int = 1)

/** ひとつの場所。[lockedBy] があれば、その道具を持つまで入れない。 */
class Room(val name: String, val description: String, val lockedBy: String? = null) {
    val exits = mutableMapOf<Direction, Room>()
    val items = mutableListOf<Item>()

    fun connect(direction: Direction, other: Room) {
        exits[direction] = other
        other.exits[direction.opposite] = this
    }

    fun describe(): String = buildString {
        appendLine("— $name —")
        appendLine(description)
        if (items.isNotEmpty()) {
            appendLine("ここにあるもの: " + items.joinToString("、") { it.name })
        }
        append("出口: " + exits.keys.joinToString(" ") { it.name.lowercase() })
    }
}

/** 持ち物。欲ばると階段を登れない。 */
class Inventory(private val maxWeight: Int = 5) {
    private val carried = mutableListOf<Item>()

    val contents: List<Item> get() = carried

    operator fun contains(name: String) = carried.any { it.name == name }

    fun pickUp(item: Item): Boolean {
        if (carried.sumOf { it.weight } + item.weight > maxWeight) {
            return false
        }
        return carried.add(item)
    }

    fun drop(name: String): Item? = carried.find { it.name == name }?.also { carried.remove(it) }
}

/** 島の地図を組み立て、最初の部屋を返す。 */
fun buildLighthouseIsland(): Room {
    val beach = Room("砂浜", "霧で海が見えない。波の音だけがする。")
    val hut = Room("漁師の小屋", "魚の匂いがする。棚に古い道具が並んでいる。")
    val tower = Room("灯台の下", "石の階段が闇の中へ続いている。", lockedBy = "鍵")
    val lantern = Room("灯室", "冷えた大きなレンズ。ここに火をともせば船は助かる。")
    beach.connect(Direction.EAST, hut)
    beach.connect(Direction.NORTH, tower)
    tower.connect(Direction.UP, lantern)
    hut.items += listOf(Item("鍵", "潮で錆びた鉄の鍵"), Item("油", "鯨油がひと缶", weight = 3))
    beach.items += Item("芯", "濡れていない木綿の芯")
    return beach
}
