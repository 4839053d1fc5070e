package island

/** ゲームの進行。入出力は外から渡すので、試験では台本を流し込める。 */
class Game(private var here: Room, private val say: (String) -> Unit) {
    private val inventory = Inventory()
    private var turnsUntilShipwreck = 30

    var isOver = false
        private set

    fun playTurn(line: String) {
        when (val command = CommandParser.parseCommand(line)) {
            is Command.Go -> walk(command.direction)
            is Command.Take -> take(command.item)
            is Command.Drop -> inventory.drop(command.item)?.let(here.items::add) ?: say("持っていない。")
            Command.Look -> say(here.describe())
            Command.LightLamp -> lightTheLighthouse()
            Command.ShowInventory -> say(inventory.contents.joinToString("、") { it.name }.ifEmpty { "何もない。" })
            Command.Quit -> isOver = true
            is Command.NotUnderstood -> say("「${command.text}」はわからない。")
        }
        countDown()
    }

    private fun walk(direction: Direction) {
        val next = here.exits[direction]
        when {
            next == null -> say("そちらへは行けない。")
            next.lockedBy != null && next.lockedBy !in inventory -> say("扉には鍵がかかっている。")
            else -> {
                here = next
                say(here.describe())
            }
        }
    }

    private fun take(name: String) {
        val item = here.items.find { it.name == name } ?: return say("見あたらない。")
        if (inventory.pickUp(item)) {
            here.items.remove(item)
            say("${item.description}を手に入れた。")
        } else {
            say("重すぎて持てない。")
        }
    }

    /** 勝つ条件: 灯室に油と芯を運んで火をともす。 */
    private fun lightTheLighthouse() {
        if (here.name != "灯室" || "油" !in inventory || "芯" !in inventory) {
            return say("ここでは火をともせない。")
        }
        say("炎が立ち、光が霧を切った。遠くで汽笛が三度鳴る。")
        isOver = true
    }

    private fun countDown() {
        turnsUntilShipwreck -= 1
        if (!isOver && turnsUntilShipwreck == 0) {
            say("岩の上で木の裂ける音がした。遅すぎた。")
            isOver = true
        }
    }
}

fun main() {
    val game = Game(buildLighthouseIsland(), ::println)
    game.playTurn("look")
    while (!game.isOver) {
        print("> ")
        game.playTurn(readlnOrNull() ?: return)
    }
}
