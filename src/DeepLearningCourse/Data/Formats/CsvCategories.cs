using System.Numerics;

namespace DeepLearningCourse.Data.Formats;

/// <summary>A column of text that becomes numbers.</summary>
/// <typeparam name="T">The numbers of the table: float or double.</typeparam>
internal sealed class CsvCategories<T> : CsvColumn<T>
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly CategoryEncoding encoding;
    private readonly CsvFit? like;
    private readonly List<string?> texts = [];
    private readonly Dictionary<string, int> places = [];
    private string? current;
    private int? fill;

    public CsvCategories(int position, string name, CategoryEncoding encoding, MissingValue missing, CsvFit? like)
        : base(position, name, missing)
    {
        (this.encoding, this.like) = (encoding, like);

        if (missing.Kind is MissingValueKind.Mean or MissingValueKind.Median or MissingValueKind.Constant)
        {
            throw new ArgumentException($"Column '{name}' holds text, which has no {missing}. Use MissingValue.MostFrequent or DropRow for it, in CsvOptions.MissingByColumn.");
        }

        Number(like?.Categories ?? []);
    }

    public IReadOnlyList<string> Categories { get; private set; } = [];

    public override IReadOnlyList<string> Outputs => encoding == CategoryEncoding.Index ? [Name] : [.. Categories.Select(category => $"{Name}={category}")];

    public override CsvFit Fit => new(fill, Categories);

    public override bool Read(CsvRows rows)
    {
        current = rows.IsMissing(Position) ? null : rows.Text(Position);

        if (current is not null && like is not null && !places.ContainsKey(current))
        {
            throw rows.BadCell(Position, $"'{Excerpt.Of(current)}' is not one of the categories of the table that this is read like: {Excerpt.Of(Categories)}.");
        }

        return current is not null || MayFill(rows);
    }

    public override void Keep() => texts.Add(current);

    public override void Finish(string path)
    {
        if (like is null)
        {
            Number([.. texts.OfType<string>().Distinct().Order(StringComparer.Ordinal)]);
        }

        if (Missing.Kind != MissingValueKind.MostFrequent)
        {
            return;
        }

        if (Categories.Count == 0)
        {
            throw new InvalidDataException($"{path}, column '{Name}': all cells are empty, so there is no {Missing} to fill in. Leave the column out of the features.");
        }

        fill = (int?)like?.Fill ?? places[texts.OfType<string>().Order(StringComparer.Ordinal).CountBy(text => text).MaxBy(pair => pair.Value).Key];
    }

    public override void Write(int row, Span<T> target)
    {
        if (encoding == CategoryEncoding.Index)
        {
            target[0] = T.CreateChecked(Place(row));
            return;
        }

        target.Clear();
        target[Place(row)] = T.One;
    }

    public int Place(int row) => texts[row] is { } text ? places[text] : fill!.Value;

    private void Number(IReadOnlyList<string> categories)
    {
        Categories = categories;

        for (var i = 0; i < categories.Count; i++)
        {
            places[categories[i]] = i;
        }
    }
}
