#!/usr/bin/env ruby
# frozen_string_literal: true

# Prints one month of the household budget as a table with bars.
require "sqlite3"

class MonthlyReport
  BAR_WIDTH = 30

  Row = Struct.new(:category, :cents, :limit) do
    def overspent?
      !limit.nil? && cents > limit
    end
  end

  def initialize(database, month)
    raise ArgumentError, "month must look like 2024-05, not #{month}" unless month.match?(/\A\d{4}-\d{2}\z/)

    @database = SQLite3::Database.new(database, readonly: true)
    @month = month
  end

  def rows
    @rows ||= @database.execute(<<~SQL, [@month]).map { |row| Row.new(*row) }
      SELECT category, -sum(booking.cents), monthly_limit.cents
      FROM booking LEFT JOIN monthly_limit USING (category)
      WHERE booking.cents < 0 AND substr(booked_on, 1, 7) = ?
      GROUP BY category
      ORDER BY 2 DESC
    SQL
  end

  def savings_rate
    income = @database.get_first_value(<<~SQL, [@month]).to_i
      SELECT sum(cents) FROM booking WHERE cents > 0 AND substr(booked_on, 1, 7) = ?
    SQL
    return 0.0 if income.zero?

    (income - rows.sum(&:cents)).fdiv(income)
  end

  def to_s
    widest = rows.map(&:cents).max || 1
    lines = rows.map do |row|
      bar = "#" * (row.cents * BAR_WIDTH / widest)
      format("%-12s %10s  %-#{BAR_WIDTH}s%s", row.category, format_euros(row.cents), bar, row.overspent? ? " over!" : "")
    end
    [*lines, format("Put aside: %.1f %% of the income", savings_rate * 100)].join("\n")
  end

  private

  def format_euros(cents)
    whole, rest = cents.divmod(100)
    grouped = whole.to_s.reverse.scan(/\d{1,3}/).join(" ").reverse
    format("%s,%02d €", grouped, rest)
  end
end

if $PROGRAM_NAME == __FILE__
  database, month = ARGV
  abort "usage: monthly_report.rb DATABASE YYYY-MM" if month.nil?
  puts MonthlyReport.new(database, month)
end
