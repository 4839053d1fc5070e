using System;
using System.Collections.Generic;

namespace Workshop.Invoices;

public enum ReminderLevel
{
    None,
    FriendlyNote,
    FirstDunningLetter,
    FinalNotice,
}

public sealed record OpenInvoice(InvoiceNumber Number, string Customer, decimal Gross, DateOnly DueOn);

public sealed record Reminder(OpenInvoice Invoice, ReminderLevel Level, decimal LateFee);

/// <summary>Decides which customer gets which letter. It writes no letters and knows no calendar but the one given.</summary>
public sealed class PaymentReminderPolicy
{
    private const decimal FlatLateFee = 5.00m;
    private readonly decimal _yearlyInterestPercent;

    public PaymentReminderPolicy(decimal yearlyInterestPercent)
    {
        _yearlyInterestPercent = yearlyInterestPercent;
    }

    public static ReminderLevel LevelFor(int daysOverdue) => daysOverdue switch
    {
        <= 3 => ReminderLevel.None,
        <= 14 => ReminderLevel.FriendlyNote,
        <= 30 => ReminderLevel.FirstDunningLetter,
        _ => ReminderLevel.FinalNotice,
    };

    public IEnumerable<Reminder> SelectOverdue(IEnumerable<OpenInvoice> invoices, DateOnly today)
    {
        foreach (var invoice in invoices)
        {
            var daysOverdue = today.DayNumber - invoice.DueOn.DayNumber;
            var level = LevelFor(daysOverdue);
            if (level != ReminderLevel.None)
            {
                yield return new Reminder(invoice, level, LateFeeFor(invoice, level, daysOverdue));
            }
        }
    }

    private decimal LateFeeFor(OpenInvoice invoice, ReminderLevel level, int daysOverdue)
    {
        if (level == ReminderLevel.FriendlyNote)
        {
            return 0m;
        }
        var interest = invoice.Gross * _yearlyInterestPercent / 100m * daysOverdue / 365m;
        return Math.Round(FlatLateFee + interest, 2, MidpointRounding.AwayFromZero);
    }
}
