using System;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;

namespace Workshop.Invoices;

/// <summary>An invoice number such as <c>2024-0042</c>. The year starts again at one.</summary>
public readonly record struct InvoiceNumber(int Year, int Ordinal) : IComparable<InvoiceNumber>
{
    private static readonly Regex Shape = new(@"^(\d{4})-(\d{4,})$", RegexOptions.CultureInvariant);

    public static InvoiceNumber Parse(string text)
    {
        var match = Shape.Match(text.Trim());
        if (!match.Success)
        {
            throw new FormatException($"'{text}' is not an invoice number such as 2024-0042");
        }
        return new InvoiceNumber(
            int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
            int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    public int CompareTo(InvoiceNumber other) => (Year, Ordinal).CompareTo((other.Year, other.Ordinal));

    public override string ToString() => $"{Year:D4}-{Ordinal:D4}";
}

/// <summary>
/// Hands out consecutive numbers. A gap looks to an auditor like an invoice that was made to disappear,
/// so a number is written down before it is given away.
/// </summary>
public sealed class InvoiceNumberSequence
{
    private readonly string _ledgerPath;
    private readonly Func<DateOnly> _today;
    private readonly object _gate = new();

    public InvoiceNumberSequence(string ledgerPath, Func<DateOnly> today)
    {
        _ledgerPath = ledgerPath;
        _today = today;
    }

    public InvoiceNumber ReserveNextNumber()
    {
        lock (_gate)
        {
            var year = _today().Year;
            var last = ReadLastReserved();
            var next = last is { } number && number.Year == year
                ? number with { Ordinal = number.Ordinal + 1 }
                : new InvoiceNumber(year, 1);
            File.AppendAllText(_ledgerPath, next + Environment.NewLine);
            return next;
        }
    }

    private InvoiceNumber? ReadLastReserved()
    {
        if (!File.Exists(_ledgerPath))
        {
            return null;
        }
        InvoiceNumber? last = null;
        foreach (var line in File.ReadLines(_ledgerPath))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                last = InvoiceNumber.Parse(line);
            }
        }
        return last;
    }
}
