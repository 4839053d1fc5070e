using System;
using System.Collections.Generic;
using System.Linq;

namespace Workshop.Invoices;

public enum VatRate
{
    Zero,
    Reduced,
    Standard,
}

/// <summary>One line of an invoice: so many of something, at a net price each.</summary>
public sealed record InvoiceLine(string Description, decimal Quantity, decimal NetUnitPrice, VatRate Rate)
{
    public decimal Net => Math.Round(Quantity * NetUnitPrice, 2, MidpointRounding.AwayFromZero);
}

public sealed record VatGroup(VatRate Rate, decimal Net, decimal Tax)
{
    public decimal Gross => Net + Tax;
}

/// <summary>Adds up the tax per rate, as the law wants it printed at the foot of an invoice.</summary>
public sealed class VatCalculator
{
    private readonly IReadOnlyDictionary<VatRate, decimal> _percentages;

    public VatCalculator(IReadOnlyDictionary<VatRate, decimal> percentages)
    {
        _percentages = percentages;
    }

    /// <summary>
    /// Rounds once per rate, not once per line: thirty lines of 0.333 would otherwise lose a cent each.
    /// </summary>
    public IReadOnlyList<VatGroup> GroupByRate(IEnumerable<InvoiceLine> lines) =>
        lines
            .GroupBy(line => line.Rate)
            .OrderBy(group => group.Key)
            .Select(group =>
            {
                var net = group.Sum(line => line.Net);
                var tax = Math.Round(net * _percentages[group.Key] / 100m, 2, MidpointRounding.AwayFromZero);
                return new VatGroup(group.Key, net, tax);
            })
            .ToList();

    public decimal GrossTotal(IEnumerable<InvoiceLine> lines) => GroupByRate(lines).Sum(group => group.Gross);

    /// <summary>The tax hidden in a gross price, for receipts that only show the sum.</summary>
    public decimal ExtractTaxFromGross(decimal gross, VatRate rate)
    {
        var percentage = _percentages[rate];
        return Math.Round(gross * percentage / (100m + percentage), 2, MidpointRounding.AwayFromZero);
    }
}
