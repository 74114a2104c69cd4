using System.Collections;
using System.Net;
using System.Text;

namespace DeepLearningCourse.Notebooks.Formatting;

/// <summary>The first items of a list or dictionary, which by themselves only say their type.</summary>
internal static class SequenceText
{
    private const int MostItems = 20;

    /// <summary>Whether it is an array or a collection or query of .NET. To read any other sequence may have effects: a data loader would load.</summary>
    public static bool IsReadable(object value) => value.GetType() is var type
        && (type.IsArray || type.Namespace is "System" or "System.Linq" || type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true);

    public static string Plain(IEnumerable sequence)
    {
        var (items, more) = First(sequence);
        return $"[{string.Join(", ", items.Select(item => ValueFormatter.Format(item).Content["text/plain"]))}{(more ? ", …" : "")}]";
    }

    public static string Html(IEnumerable sequence)
    {
        var (items, more) = First(sequence);
        StringBuilder html = new("<table>");
        for (var i = 0; i < items.Count; i++)
        {
            html.Append("<tr><th>").Append(Key(items[i]) ?? i.ToString(System.Globalization.CultureInfo.InvariantCulture)).Append("</th><td>").Append(Cell(items[i])).Append("</td></tr>");
        }

        return html.Append(more ? "<tr><th>…</th><td></td></tr>" : "").Append("</table>").ToString();
    }

    private static (List<object?> Items, bool More) First(IEnumerable sequence)
    {
        List<object?> items = [];
        foreach (var item in sequence)
        {
            if (items.Count == MostItems)
            {
                return (items, true);
            }

            items.Add(item);
        }

        return (items, false);
    }

    private static string? Key(object? item) => Pair(item) is { } pair ? Text(pair.Key) : null;

    private static string Cell(object? item) => Text(Pair(item) is { } pair ? pair.Value : item);

    private static string Text(object? value) => $"<pre>{WebUtility.HtmlEncode(ValueFormatter.Format(value).Content["text/plain"])}</pre>";

    private static (object? Key, object? Value)? Pair(object? item) =>
        item?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            ? (type.GetProperty("Key")!.GetValue(item), type.GetProperty("Value")!.GetValue(item))
            : null;
}
