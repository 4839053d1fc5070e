"""Plain questions with passages that answer them: what any working text model tells apart.

Models are tested with them when they are loaded, and searches use them to learn what similarity this model
gives to things that belong together. Question and answer share no word of content.
"""

from __future__ import annotations

PLAIN_PAIRS = (
    ("how do I look after a kitten", "Young cats need vaccination, play and two or three small meals a day."),
    ("cheap places to stay by the sea", "Budget hotels near the beach, with rooms from 40 euros a night."),
    ("the program crashes when it starts", "Fixed a segmentation fault during application launch."),
    ("what the doctor prescribed", "The patient should take one antibiotic tablet after every meal."),
    ("money owed to the landlord", "Rent for the apartment is overdue; payment is expected by Friday."),
    ("recipe with apples and cinnamon", "Peel the fruit, sprinkle with sugar and spices, bake in pastry."),
    ("planets and stars", "The telescope showed the rings of Saturn and distant galaxies."),
    ("song for piano", "The composer wrote this melody in C minor for the keyboard."),
)
