"""What the sample documents say: a short story about a lighthouse in eight languages, our own words.

Only words live here. Each sample takes a planted sentence from ``phrase``; no sentence is handed out twice,
so that a search for it can have only one right answer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """A document's words in one language: two chapters, the second with a section of its own.

    ``table`` is a header row followed by data rows; ``phrases`` are the sentences to be planted.
    """

    title: str
    author: str
    subject: str
    keywords: tuple[str, ...]
    first: str
    second: str
    section: str
    prose: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    sheets: tuple[str, str]
    header: str
    footnote: str
    comment: str
    box: str
    inserted: str
    deleted: str
    notes: str
    phrases: tuple[str, ...]


STORIES = {
    "de": Story(
        title="Der Leuchtturm von Süderhaff",
        author="Änne Küster",
        subject="Erinnerungen",
        keywords=("Leuchtturm", "Küste"),
        first="Die Ankunft",
        second="Das Innere des Turms",
        section="Die Wendeltreppe",
        prose=(
            "Am frühen Abend erreichten wir die Mole, und der Wind roch nach Teer und Salz.",
            "Der alte Wärter öffnete die schwere Tür und führte uns ohne ein Wort hinein.",
            "Im Erdgeschoss standen Fässer mit Öl, daneben ein Ofen, in dem Treibholz knackte.",
        ),
        table=(
            ("Monat", "Schiffe", "Sturmtage"),
            ("Januar", "412", "19"),
            ("Februar", "388", "14"),
            ("März", "530", "9"),
        ),
        sheets=("Übersicht", "Schiffsliste"),
        header="Süderhaff, Aufzeichnungen",
        footnote="Das Öl kam bis zum Jahr der Sturmflut aus der Mühle im Nachbardorf.",
        comment="Bitte das Jahr im Kirchenbuch nachprüfen.",
        box="Merke: das Licht brennt auch am Tage, wenn Nebel liegt.",
        inserted="Die Stufen sind mit Kreide gezählt.",
        deleted="Niemand hat die Stufen je gezählt.",
        notes="Hier die Geschichte vom verlorenen Schlüssel erzählen.",
        phrases=(
            "Der kupferne Wetterhahn zeigt seit Tagen nach Osten",
            "Zwischen den Stufen nistet ein halbzahmer Turmfalke",
            "Das Nebelhorn klingt wie eine müde Kuh",
            "Im Ölkeller lagern siebzehn gläserne Schwimmkugeln",
            "Die Linse wurde mit Rehleder und Spiritus geputzt",
            "Ein Fischer vergaß hier seine bernsteinfarbene Pfeife",
            "Der Kater des Wärters schläft auf dem Logbuch",
        ),
    ),
    "en": Story(
        title="The Lighthouse at Gannet Point",
        author="Rosalind Pryce",
        subject="Memories",
        keywords=("lighthouse", "coast"),
        first="Arrival",
        second="Inside the Tower",
        section="The Spiral Stair",
        prose=(
            "We reached the pier early in the evening, and the wind smelled of tar and salt.",
            "The old keeper opened the heavy door and led us inside without a word.",
            "Barrels of oil stood on the ground floor next to a stove in which driftwood crackled.",
        ),
        table=(
            ("Month", "Ships", "Gales"),
            ("January", "412", "19"),
            ("February", "388", "14"),
            ("March", "530", "9"),
        ),
        sheets=("Summary", "Ships seen"),
        header="Gannet Point, a record",
        footnote="Until the year of the great flood the oil came from a mill in the next village.",
        comment="Please check the year in the parish register.",
        box="Remember: the lamp burns by day as well when there is fog.",
        inserted="The steps are numbered with chalk.",
        deleted="Nobody ever counted the steps.",
        notes="Tell the story of the lost key here.",
        phrases=(
            "A copper kettle whistles on the gallery at midnight",
            "The keeper knits mittens for shipwrecked sailors",
            "Seventeen glass floats hang from the rafters",
            "The fog signal sounds like a tired cow",
            "A tame kestrel nests behind the seventh step",
            "The lens was polished with deerskin and spirits",
            "Somebody left an amber pipe on the windowsill",
            "The logbook smells of marmalade and lamp oil",
            "A brass telescope points at the empty chair",
            "The tide tables are pinned beneath a horseshoe",
            "Two puffins quarrel about a paper boat",
            "The weather vane was forged from a ploughshare",
            "An otter steals buttons from the washing line",
            "The ferryman whistles only on odd Thursdays",
            "Behind the stove hangs a map drawn by children",
            "The cellar key is hidden inside a cuckoo clock",
            "A violin without strings decorates the landing",
            "The beacon once guided a balloon to safety",
            "Peppermint grows between the granite blocks",
        ),
    ),
    "fr": Story(
        title="Le phare de la pointe aux Goélands",
        author="Hélène Cœuret",
        subject="Souvenirs",
        keywords=("phare", "côte"),
        first="L’arrivée",
        second="L’intérieur de la tour",
        section="L’escalier en colimaçon",
        prose=(
            "Nous avons atteint la jetée en début de soirée, et le vent sentait le goudron et le sel.",
            "Le vieux gardien ouvrit la lourde porte et nous fit entrer sans un mot.",
            "Au rez-de-chaussée se trouvaient des barils d’huile et un poêle où crépitait du bois flotté.",
        ),
        table=(
            ("Mois", "Navires", "Tempêtes"),
            ("janvier", "412", "19"),
            ("février", "388", "14"),
            ("mars", "530", "9"),
        ),
        sheets=("Résumé", "Navires aperçus"),
        header="Pointe aux Goélands, chronique",
        footnote="Jusqu’à l’année de la grande marée, l’huile venait du moulin du village voisin.",
        comment="Merci de vérifier l’année dans le registre paroissial.",
        box="À retenir : la lampe brûle aussi le jour quand il y a du brouillard.",
        inserted="Les marches sont numérotées à la craie.",
        deleted="Personne n’a jamais compté les marches.",
        notes="Raconter ici l’histoire de la clé perdue.",
        phrases=(
            "La girouette en cuivre grince vers le sud depuis mardi",
            "Le gardien tricote des moufles pour les naufragés",
            "Une loutre vole les boutons sur la corde à linge",
            "La corne de brume imite une vache fatiguée",
            "Le journal de bord sent la marmelade d’oranges",
        ),
    ),
    "es": Story(
        title="El faro de la Punta del Alcatraz",
        author="Íñigo Muñoz",
        subject="Recuerdos",
        keywords=("faro", "costa"),
        first="La llegada",
        second="El interior de la torre",
        section="La escalera de caracol",
        prose=(
            "Llegamos al muelle al anochecer, y el viento olía a brea y a sal.",
            "El viejo farero abrió la pesada puerta y nos hizo pasar sin decir palabra.",
            "En la planta baja había barriles de aceite y una estufa en la que crujía la leña.",
        ),
        table=(("Mes", "Barcos", "Temporales"), ("enero", "412", "19"), ("febrero", "388", "14")),
        sheets=("Resumen", "Barcos vistos"),
        header="Punta del Alcatraz, crónica",
        footnote="Hasta el año de la gran marea el aceite venía del molino del pueblo vecino.",
        comment="Comprobar el año en el registro parroquial.",
        box="Recuerda: la lámpara arde también de día cuando hay niebla.",
        inserted="Los peldaños están numerados con tiza.",
        deleted="Nadie contó jamás los peldaños.",
        notes="Contar aquí la historia de la llave perdida.",
        phrases=(
            "Una cigüeña anida sobre la campana del faro",
            "El farero teje guantes para los náufragos",
            "La sirena de niebla suena como una vaca cansada",
            "Diecisiete boyas de vidrio cuelgan de las vigas",
        ),
    ),
    "ru": Story(
        title="Маяк на мысе Чаек",
        author="Аглая Ершова",
        subject="Воспоминания",
        keywords=("маяк", "берег"),
        first="Прибытие",
        second="Внутри башни",
        section="Винтовая лестница",
        prose=(
            "Ранним вечером мы добрались до причала, и ветер пах смолой и солью.",
            "Старый смотритель открыл тяжёлую дверь и молча впустил нас внутрь.",
            "На первом этаже стояли бочки с маслом, а рядом печь, в которой трещали дрова.",
        ),
        table=(("Месяц", "Корабли", "Штормы"), ("январь", "412", "19"), ("февраль", "388", "14")),
        sheets=("Сводка", "Список кораблей"),
        header="Мыс Чаек, записки",
        footnote="До года большого наводнения масло привозили с мельницы в соседней деревне.",
        comment="Проверить год в церковной книге.",
        box="Помни: лампа горит и днём, если стоит туман.",
        inserted="Ступени пронумерованы мелом.",
        deleted="Никто никогда не считал ступени.",
        notes="Здесь рассказать историю о потерянном ключе.",
        phrases=(
            "Медный флюгер скрипит и смотрит на восток",
            "Смотритель вяжет варежки для спасённых моряков",
            "Семнадцать стеклянных поплавков висят под крышей",
            "Туманный горн мычит как усталая корова",
            "За печью живёт учёный сверчок по имени Прохор",
        ),
    ),
    "zh": Story(
        title="海鸥角的灯塔",
        author="林知远",
        subject="回忆",
        keywords=("灯塔", "海岸"),
        first="抵达",
        second="塔楼之内",
        section="旋转楼梯",
        prose=(
            "傍晚时分我们来到码头，风里带着焦油和海盐的味道。",
            "年老的守塔人打开沉重的门，一言不发地领我们进去。",
            "底楼放着几桶灯油，旁边的炉子里漂来的木头正噼啪作响。",
        ),
        table=(("月份", "船只", "大风天"), ("一月", "412", "19"), ("二月", "388", "14")),
        sheets=("总览", "船只名单"),
        header="海鸥角纪事",
        footnote="在大水那一年之前，灯油来自邻村的磨坊。",
        comment="请在教堂的登记簿里核对年份。",
        box="记住：起雾的时候，灯在白天也要点亮。",
        inserted="台阶上用粉笔写着号码。",
        deleted="从来没有人数过这些台阶。",
        notes="在这里讲丢失的钥匙的故事。",
        phrases=(
            "铜制的风向标一连三天指着东方",
            "守塔人为遇难的水手织手套",
            "十七个玻璃浮球挂在屋梁下面",
            "雾号听起来像一头疲倦的老牛",
            "航海日志闻起来有橘子酱的味道",
        ),
    ),
    "ja": Story(
        title="かもめ岬の灯台",
        author="早乙女 千尋",
        subject="思い出",
        keywords=("灯台", "海岸"),
        first="到着",
        second="塔の中",
        section="らせん階段",
        prose=(
            "夕方早くに桟橋に着くと、風はタールと塩の匂いがした。",
            "年老いた灯台守は重い扉を開け、黙って私たちを中へ案内した。",
            "一階には油の樽が並び、その隣のストーブで流木がはぜていた。",
        ),
        table=(("月", "船の数", "嵐の日"), ("一月", "412", "19"), ("二月", "388", "14")),
        sheets=("概要", "船の一覧"),
        header="かもめ岬の記録",
        footnote="大水の年までは、油は隣村の水車小屋から運ばれていた。",
        comment="教会の記録で年を確かめてください。",
        box="覚え書き：霧の日は昼間でも灯をともす。",
        inserted="段にはチョークで番号が書いてある。",
        deleted="誰も段を数えたことがない。",
        notes="ここで失くした鍵の話をする。",
        phrases=(
            "銅の風見鶏は三日前から東を向いている",
            "灯台守は遭難した船乗りのために手袋を編む",
            "十七個のガラスの浮き玉が梁から下がっている",
            "霧笛は疲れた牛のような声で鳴く",
        ),
    ),
    "ko": Story(
        title="갈매기 곶의 등대",
        author="윤하람",
        subject="회상",
        keywords=("등대", "해안"),
        first="도착",
        second="탑 안에서",
        section="나선 계단",
        prose=(
            "이른 저녁 우리는 부두에 닿았고 바람에서는 타르와 소금 냄새가 났다.",
            "늙은 등대지기는 무거운 문을 열고 말없이 우리를 안으로 데려갔다.",
            "아래층에는 기름통이 놓여 있었고 그 옆 난로에서는 떠내려온 나무가 타고 있었다.",
        ),
        table=(("달", "배", "폭풍일"), ("일월", "412", "19"), ("이월", "388", "14")),
        sheets=("개요", "배 목록"),
        header="갈매기 곶의 기록",
        footnote="큰물이 난 해까지 기름은 이웃 마을 방앗간에서 왔다.",
        comment="교회 장부에서 연도를 확인할 것.",
        box="기억할 것: 안개가 끼면 낮에도 등을 켠다.",
        inserted="계단에는 분필로 번호가 적혀 있다.",
        deleted="아무도 계단을 세어 본 적이 없다.",
        notes="여기서 잃어버린 열쇠 이야기를 한다.",
        phrases=(
            "구리 풍향계가 사흘째 동쪽을 가리킨다",
            "등대지기는 조난당한 선원들의 장갑을 뜬다",
            "유리 부표 열일곱 개가 들보에 매달려 있다",
            "안개 고동은 지친 소처럼 운다",
        ),
    ),
}
