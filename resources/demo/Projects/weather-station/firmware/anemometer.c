/*
 * Firmware für das Schalenkreuzanemometer (ATmega328P, 16 MHz).
 *
 * Ein Reedkontakt schließt einmal je Umdrehung. Wir zählen die Flanken im Interrupt und geben jede
 * Sekunde die mittlere Windgeschwindigkeit auf der seriellen Schnittstelle aus.
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <stdint.h>
#include <stdio.h>

#define BAUD 9600UL
#define UBRR_VALUE ((F_CPU / (16UL * BAUD)) - 1)

/* Ein Reedkontakt prellt etwa 4 ms: kürzere Abstände sind keine Umdrehung. */
#define DEBOUNCE_TICKS 5U

/* Aus dem Vergleich mit der Station am Flughafen: m/s je Umdrehung pro Sekunde. */
static const float metres_per_revolution = 0.667f;

static volatile uint16_t revolutions;
static volatile uint16_t milliseconds;
static volatile uint16_t last_edge;

ISR(INT0_vect)
{
    uint16_t now = milliseconds;
    if ((uint16_t)(now - last_edge) >= DEBOUNCE_TICKS) {
        revolutions++;
        last_edge = now;
    }
}

ISR(TIMER0_COMPA_vect)
{
    milliseconds++;
}

static void uart_init(void)
{
    UBRR0H = (uint8_t)(UBRR_VALUE >> 8);
    UBRR0L = (uint8_t)UBRR_VALUE;
    UCSR0B = _BV(TXEN0);
    UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
}

static void uart_puts(const char *text)
{
    while (*text) {
        loop_until_bit_is_set(UCSR0A, UDRE0);
        UDR0 = (uint8_t)*text++;
    }
}

/* Liest den Zähler und setzt ihn zurück, ohne dass ein Interrupt dazwischenkommt. */
static uint16_t take_revolution_count(void)
{
    uint8_t flags = SREG;
    cli();
    uint16_t count = revolutions;
    revolutions = 0;
    SREG = flags;
    return count;
}

int main(void)
{
    char line[16];
    uint16_t second_started = 0;

    uart_init();
    TCCR0A = _BV(WGM01);
    TCCR0B = _BV(CS01) | _BV(CS00); /* Teiler 64 */
    OCR0A = 249;                    /* 1 kHz */
    TIMSK0 = _BV(OCIE0A);
    EICRA = _BV(ISC01); /* fallende Flanke */
    EIMSK = _BV(INT0);
    sei();

    for (;;) {
        if ((uint16_t)(milliseconds - second_started) >= 1000U) {
            second_started += 1000U;
            float wind = (float)take_revolution_count() * metres_per_revolution;
            snprintf(line, sizeof line, "W %d.%02d\n", (int)wind, (int)(wind * 100) % 100);
            uart_puts(line);
        }
    }
}
