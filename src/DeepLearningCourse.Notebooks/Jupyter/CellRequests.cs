using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>Executes cells for clients and tells them what became of each.</summary>
internal sealed class CellRequests(ICodeSession session, OutputQueue output, StandardInput input, ExecutionHistory history)
{
    private int count;

    /// <summary>Executes a request's code; false in <paramref name="goOn"/> if what was asked for after it is not to run.</summary>
    public JsonObject Execute(ReceivedMessage request, out bool goOn)
    {
        var code = request.Text("code");
        var silent = request.Flag("silent", otherwise: false);
        var stored = !silent && request.Flag("store_history", otherwise: true);
        var number = stored && !string.IsNullOrWhiteSpace(code) ? ++count : count;
        CellMessages messages = new(request, output, input);
        if (!silent)
        {
            messages.Begin(code, number);
        }

        var result = string.IsNullOrWhiteSpace(code) ? new CellResult(number, null, null) : ExecuteCode(code, messages);
        if (stored)
        {
            history.Add(number, code, result.Value?.Content["text/plain"]);
        }

        if (result.Error is { } error)
        {
            messages.ShowError(error);
            goOn = !request.Flag("stop_on_error", otherwise: true);
            return Failed(error, number);
        }

        if (result.Value is { } value && !silent)
        {
            messages.ShowValue(value, number);
        }

        goOn = true;
        return new JsonObject { ["status"] = "ok", ["execution_count"] = number, ["payload"] = new JsonArray(), ["user_expressions"] = new JsonObject() };
    }

    /// <summary>Shows an error below a cell that will not come back.</summary>
    public void Fail(ReceivedMessage request, CellError error) => new CellMessages(request, output, input).ShowError(error);

    /// <summary>What is said to a request that an error before it has made pointless.</summary>
    public static JsonObject Aborted() => new() { ["status"] = "aborted" };

    private static JsonObject Failed(CellError error, int number)
    {
        var content = CellMessages.ErrorContent(error);
        content["status"] = "error";
        content["execution_count"] = number;
        content["payload"] = new JsonArray();
        content["user_expressions"] = new JsonObject();
        return content;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is the cell's result, and the kernel goes on.")]
    private CellResult ExecuteCode(string code, CellMessages messages)
    {
        try
        {
            return session.Execute(code, messages);
        }
        catch (Exception problem)
        {
            return new CellResult(count, null, new CellError(problem.GetType().Name, problem.Message, null, [problem.ToString()]));
        }
    }
}
