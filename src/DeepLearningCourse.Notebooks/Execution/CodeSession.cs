using System.Diagnostics.CodeAnalysis;
using DeepLearningCourse.Notebooks.Formatting;
using DeepLearningCourse.Notebooks.Packages;
using DeepLearningCourse.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>C# cells over Roslyn's scripting. One session at a time in a process, as it has the console and the process's libtorch.</summary>
internal sealed class CodeSession : ICodeSession
{
    private readonly CellThread thread = new();
    private readonly ConsoleCapture console = new();
    private readonly InteractiveAssemblyLoader loader = SessionReferences.Loader();
    private readonly PackageReferences packages;
    private readonly NotebookGlobals globals;
    private readonly CodeInsight insight;
    private ScriptOptions options = SessionReferences.Options();
    private ScriptState<object>? state;
    private int count;

    public CodeSession()
    {
        globals = new NotebookGlobals(() => console.Current);
        packages = new PackageReferences(text => console.Current?.WriteOut(text));
        insight = new CodeInsight(() => options);
        Notebook.Current = ShowLive;
    }

    public CellResult Execute(string code, ICellOutput output)
    {
        var number = ++count;
        console.Current = output;
        CellResult? result = null;
        CellText? text = null;

        try
        {
            text = CellText.Read(code);
            var completed = thread.Run(async () => result = await ExecuteOnThreadAsync(text, number));
            return completed && result is not null ? result : new CellResult(number, null, CellErrors.Interrupted());
        }
        catch (Exception exception)
        {
            return new CellResult(number, null, CellErrors.From(exception, number, text?.Code ?? code));
        }
    }

    public void Interrupt()
    {
        // A training ends in good order, with its checkpoint and history; if it was asked before, the cell ends.
        if (!Notebook.Interrupt())
        {
            thread.Interrupt();
        }
    }

    public CompletionList Complete(string code, int position) => insight.Complete(CellText.Read(code).Code, position);

    public MimeBundle? Inspect(string code, int position) => insight.Inspect(CellText.Read(code).Code, position);

    public Completeness Check(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(CellText.Read(code).Code, new CSharpParseOptions(LanguageVersion.Latest, kind: SourceCodeKind.Script));
        if (!SyntaxFactory.IsCompleteSubmission(tree))
        {
            return Completeness.Incomplete;
        }

        return tree.GetDiagnostics().Any(problem => problem.Severity == DiagnosticSeverity.Error) ? Completeness.Invalid : Completeness.Complete;
    }

    public void Dispose()
    {
        Notebook.Current = null;
        thread.Dispose();
        console.Dispose();
        loader.Dispose();
        packages.Dispose();
        insight.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a cell throws is its result.")]
    private async Task<CellResult> ExecuteOnThreadAsync(CellText text, int number)
    {
        try
        {
            options = options.AddReferences(packages.Resolve(text.Directives).Select(ReferenceCache.Get));
            NativeTorch.EnsureFound(text => console.Current?.WriteOut(text));
            var script = Compile(text.Code, number);
            var next = state is null
                ? await script.RunAsync(globals, static _ => true)
                : await script.RunFromAsync(state, static _ => true);

            // Also after an exception: what the cell had assigned before it stays.
            state = next;
            insight.Add(text.Code);
            return next.Exception is { } exception
                ? new CellResult(number, null, CellErrors.From(exception, number, text.Code))
                : new CellResult(number, next.ReturnValue is { } value ? ValueFormatter.Format(value) : null, null);
        }
        catch (Exception exception) when (exception is not ThreadInterruptedException)
        {
            return new CellResult(number, null, CellErrors.From(exception, number, text.Code));
        }
    }

    private Script<object> Compile(string code, int number)
    {
        var own = options.WithFilePath(CellErrors.FileOf(number)).WithFileEncoding(System.Text.Encoding.UTF8);
        var script = state is null
            ? CSharpScript.Create<object>(code, own, typeof(NotebookGlobals), loader)
            : state.Script.ContinueWith<object>(code, own);
        var problems = script.Compile();
        return problems.Any(problem => problem.Severity == DiagnosticSeverity.Error)
            ? throw new CompilationErrorException("", problems)
            : script;
    }

    private Action<string> ShowLive(string html) => globals.display(globals.HTML(html)).UpdateHtml;
}
