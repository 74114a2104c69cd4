using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>What clients ask about code that is being written.</summary>
internal sealed class CodeQuestions(ICodeSession session)
{
    public JsonObject Complete(ReceivedMessage request)
    {
        var code = request.Text("code");
        var list = session.Complete(code, Cursor(request, code));
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. list.Items.Select(item => JsonValue.Create(item))]),
            ["cursor_start"] = CodePoints.FromUtf16(code, list.Start),
            ["cursor_end"] = CodePoints.FromUtf16(code, list.End),
            ["metadata"] = new JsonObject(),
        };
    }

    public JsonObject Inspect(ReceivedMessage request)
    {
        var code = request.Text("code");
        var found = session.Inspect(code, Cursor(request, code));
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = found is not null,
            ["data"] = found is null ? new JsonObject() : CellMessages.DataOf(found),
            ["metadata"] = new JsonObject(),
        };
    }

    public JsonObject IsComplete(ReceivedMessage request)
    {
        var code = request.Text("code");
        return session.Check(code) switch
        {
            Completeness.Complete => new JsonObject { ["status"] = "complete" },
            Completeness.Incomplete => new JsonObject { ["status"] = "incomplete", ["indent"] = IndentAfter(code) },
            _ => new JsonObject { ["status"] = "invalid" },
        };
    }

    private static int Cursor(ReceivedMessage request, string code) => CodePoints.ToUtf16(code, request.Number("cursor_pos", int.MaxValue));

    private static string IndentAfter(string code)
    {
        var line = code.TrimEnd().Split('\n')[^1];
        var indent = line[..^line.TrimStart().Length];
        return line.EndsWith('{') ? indent + "    " : indent;
    }
}
