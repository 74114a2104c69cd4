using DeepLearningCourse.Notebooks.Formatting;
using DeepLearningCourse.Notebooks.Packages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>C# cells over Roslyn's scripting. One session at a time in a process, as it has the console and the process's libtorch.</summary>
internal sealed class CodeSession : ICodeSession
{
    private readonly CellThread thread = new();
    private readonly ConsoleCapture console = new();
    private readonly Lock gate = new();
    private readonly PackageReferences packages;
    private readonly Submissions submissions;
    private readonly CodeInsight insight;
    private CellRun? current;
    private int count;
    private volatile bool isReady;

    public CodeSession()
    {
        CellAssemblies assemblies = new();
        packages = new PackageReferences(assemblies, text => CellHost.Output?.WriteOut(text));
        submissions = new Submissions(assemblies);
        ThreadErrors.Watch();
        insight = new CodeInsight(() => submissions.Options);
    }

    public CellResult Execute(string code, ICellOutput output)
    {
        var number = ++count;
        using CellRun run = new(thread);
        CellHost.Output = new ShieldedOutput(output);
        SetCurrent(run);

        try
        {
            return thread.Run(() => ExecuteOnThread(code, number, run));
        }
        finally
        {
            SetCurrent(null);

            if (run.IsInterrupted)
            {
                thread.Renew();
                console.Renew();
            }
        }
    }

    public void Interrupt()
    {
        // A training ends in good order, with its checkpoint and history; if it was asked before, the cell ends.
        if (isReady && LibraryHooks.Interrupt())
        {
            return;
        }

        lock (gate)
        {
            current?.Interrupt();
        }
    }

    public CompletionList Complete(string code, int position) => insight.Complete(CellText.Read(code).Code, Math.Clamp(position, 0, code.Length));

    public MimeBundle? Inspect(string code, int position) => insight.Inspect(CellText.Read(code).Code, Math.Clamp(position, 0, code.Length));

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
        if (isReady)
        {
            LibraryHooks.Remove();
        }

        thread.Dispose();
        console.Dispose();
        insight.Dispose();
        CellHost.Output = null;
    }

    private CellResult ExecuteOnThread(string code, int number, CellRun run)
    {
        try
        {
            GetReady(run.Token);
            var text = CellText.Read(code);
            submissions.AddReferences(packages.Resolve(text.Directives, run.Token).Select(ReferenceCache.Get));
            return Run(submissions.Compile(text.Code, CellErrors.FileOf(number), run.Token), text, number, run);
        }
        catch (OperationCanceledException) when (run.IsInterrupted)
        {
            return new CellResult(number, null, CellErrors.Interrupted());
        }
        catch (Exception exception)
        {
            return new CellResult(number, null, CellErrors.From(exception, number, code));
        }
    }

    private CellResult Run(Submission submission, CellText text, int number, CellRun run)
    {
        MimeBundle? shown = null;
        CellError? error = null;
        CellPump pump = new();
        var before = SynchronizationContext.Current;

        try
        {
            SynchronizationContext.SetSynchronizationContext(pump);
            run.Run(() => shown = pump.Await(submissions.Start(submission)) is { } value ? ValueFormatter.Format(value) : null);
        }
        catch (Exception exception)
        {
            error = run.IsInterrupted ? CellErrors.Interrupted() : CellErrors.From(exception, number, text.Code);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            pump.Close(giveUp: run.IsInterrupted && error is not null);
        }

        Keep(submission, text);
        return new CellResult(number, error is null ? shown : null, error);
    }

    private void Keep(Submission submission, CellText text)
    {
        if (submissions.Keep(submission))
        {
            CellScopes.End(submission, text.Usings);
            insight.Add(text.Code);
        }
    }

    private void GetReady(CancellationToken token)
    {
        if (!isReady)
        {
            NativeTorch.EnsureFound(text => CellHost.Output?.WriteOut(text), token);
            LibraryHooks.Set();
            isReady = true;
        }
    }

    private void SetCurrent(CellRun? run)
    {
        lock (gate)
        {
            current = run;
        }
    }
}
