using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>Says why a cell failed: the sentence, the line of the cell, and the way to it through the person's own code.</summary>
internal static class CellErrors
{
    private const string InterruptedText = "The cell was interrupted. Its variables keep the values that they had.";

    private const string NoExtensions =
        "A notebook has no extension methods of its own: make it a static method without \"this\", and call it by its name with the value as argument.";

    // What script mode refuses although a file of C# may have it.
    private static readonly Dictionary<string, string> Advice = new()
    {
        ["CS1105"] = NoExtensions,
        ["CS1106"] = NoExtensions,
        ["CS1109"] = NoExtensions,
        ["CS9283"] = NoExtensions,
        ["CS7021"] = "A notebook has no namespaces: take the line and its braces away, and declare the types as they are.",
        ["CS4012"] = "A span cannot be a variable of a notebook: put the code that uses it into a function, { … } blocks included.",
        ["CS8345"] = "A span cannot be a variable of a notebook: put the code that uses it into a function.",
    };

    /// <summary>The name under which stack traces know a cell.</summary>
    public static string FileOf(int number) => $"cell {number.ToString(CultureInfo.InvariantCulture)}";

    public static CellError Interrupted() => new("Interrupted", InterruptedText, null, [InterruptedText]);

    /// <summary>A cell ended the process.</summary>
    /// <param name="consequence">What that ended too.</param>
    public static CellError Exited(string consequence)
    {
        var message = $"The cell ended the program with Environment.Exit, {consequence}. A cell ends with its last line, or with an exception: take the call out.";
        return new CellError("Exited", message, null, [message]);
    }

    public static CellError From(Exception exception, int number, string code) => Inner(exception) switch
    {
        CompilationErrorException compilation => Compilation(compilation, code),
        CellException own => new(own.Name, own.Message, own.Line, [own.Message]),
        var other => Thrown(other, number, code),
    };

    /// <summary>What is said of an exception that nothing caught on a thread which a cell started.</summary>
    public static CellError OnThread(Exception exception)
    {
        var thrown = Thrown(Inner(exception), null, null);
        var message = $"A thread that a cell started has ended by an exception that nothing caught. {thrown.Traceback[0].TrimEnd('.')}. Catch it where the thread begins, or take a Task and await it.";
        return new CellError(thrown.Name, message, null, [message, .. thrown.Traceback.Skip(1)]);
    }

    private static Exception Inner(Exception exception) => exception switch
    {
        TargetInvocationException { InnerException: { } inner } => Inner(inner),
        AggregateException { InnerExceptions: [var only] } => Inner(only),
        _ => exception,
    };

    private static CellError Compilation(CompilationErrorException exception, string code)
    {
        var errors = exception.Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Error).ToList();
        List<string> lines = [];
        foreach (var error in errors)
        {
            var place = error.Location.GetLineSpan().StartLinePosition;
            lines.Add($"({place.Line + 1},{place.Character + 1}): {error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}");
            lines.AddRange(Excerpt(code, place.Line + 1, place.Character));
            lines.AddRange(Advice.TryGetValue(error.Id, out var advice) ? [advice] : []);
        }

        var first = errors[0].Location.GetLineSpan().StartLinePosition.Line + 1;
        return new CellError("CompilationError", lines[0] + (Advice.TryGetValue(errors[0].Id, out var what) ? $" {what}" : ""), first, lines);
    }

    private static CellError Thrown(Exception exception, int? number, string? code)
    {
        // libtorch appends its C++ frames to the sentence.
        var message = exception is ExternalException ? exception.Message.ReplaceLineEndings("\n").Split("\nException raised from", 2)[0].TrimEnd() : exception.Message;
        var frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames();
        var line = number is { } known ? frames.FirstOrDefault(frame => frame.GetFileName() == FileOf(known))?.GetFileLineNumber() : null;
        var name = exception.GetType().Name;
        List<string> lines = [$"{name}: {message}"];
        lines.AddRange(line is { } at && code is not null ? Excerpt(code, at, null) : []);
        // What stands below the cell's own frames is the notebook's.
        var own = Array.FindLastIndex(frames, IsCell) + 1;
        lines.AddRange(frames.Take(own).Where(IsThePersons).Select(Describe).Distinct());
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            lines.Add($"Cause: {cause.GetType().Name}: {cause.Message}");
        }

        return new CellError(name, message, line, lines);
    }

    private static bool IsCell(StackFrame frame) => frame.GetFileName()?.StartsWith("cell ", StringComparison.Ordinal) is true;

    private static bool IsThePersons(StackFrame frame) => IsCell(frame) || File.Exists(frame.GetFileName());

    private static string Describe(StackFrame frame)
    {
        var file = frame.GetFileName()!;
        var method = frame.GetMethod();
        var name = method is null || method.Name is "MoveNext" or "<Factory>" || method.Name.StartsWith('<') ? "" : $" in {method.Name}";
        return $"   at {(file.StartsWith("cell ", StringComparison.Ordinal) ? file : Path.GetFileName(file))}, line {frame.GetFileLineNumber()}{name}";
    }

    private static IEnumerable<string> Excerpt(string code, int line, int? column)
    {
        var lines = code.Split('\n');
        if (line > lines.Length)
        {
            yield break;
        }

        yield return $"{line,4} | {lines[line - 1].TrimEnd()}";
        if (column is { } place)
        {
            yield return $"     | {new string(' ', place)}^";
        }
    }
}
