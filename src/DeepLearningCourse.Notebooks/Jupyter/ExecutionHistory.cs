using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>The cells executed since the kernel began.</summary>
internal sealed class ExecutionHistory
{
    private const int Session = 1;
    private readonly Lock guard = new();
    private readonly List<(int Number, string Code, string? Value)> cells = [];

    public void Add(int number, string code, string? value)
    {
        lock (guard)
        {
            cells.Add((number, code, value));
        }
    }

    /// <summary>What a client asks for: the last cells, those of a range of numbers, or those like a pattern.</summary>
    public JsonObject Answer(ReceivedMessage request)
    {
        var withOutput = request.Flag("output", otherwise: false);
        lock (guard)
        {
            var entries = Chosen(request).Select(cell => Entry(cell, withOutput));
            return new JsonObject { ["status"] = "ok", ["history"] = new JsonArray([.. entries]) };
        }
    }

    private IEnumerable<(int Number, string Code, string? Value)> Chosen(ReceivedMessage request)
    {
        var most = Math.Max(0, request.Number("n", int.MaxValue));
        switch (request.Text("hist_access_type"))
        {
            case "tail":
                return cells.TakeLast(most);
            case "search":
                var pattern = request.Text("pattern");
                var found = cells.Where(cell => FileSystemName.MatchesSimpleExpression(pattern, cell.Code, ignoreCase: false));
                return (request.Flag("unique", otherwise: false) ? found.Reverse().DistinctBy(cell => cell.Code).Reverse() : found).TakeLast(most);
            case "range" when request.Number("session", 0) is 0 or Session:
                var (start, stop) = (request.Number("start", 0), request.Number("stop", int.MaxValue));
                return cells.Where(cell => cell.Number >= start && cell.Number < stop);
            default:
                return [];
        }
    }

    private static JsonArray Entry((int Number, string Code, string? Value) cell, bool withOutput) =>
        new JsonArray(Session, cell.Number, withOutput ? new JsonArray(cell.Code, cell.Value) : cell.Code);
}
