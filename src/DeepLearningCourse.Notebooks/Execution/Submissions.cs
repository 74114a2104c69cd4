using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Scripting;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>
/// The cells so far, compiled one upon the other. Roslyn's scripting compiles them; they are started here, because its own runner gives no variables
/// back when a cell is aborted, and the variables of an interrupted training are what it was interrupted for.
/// </summary>
internal sealed class Submissions(CellAssemblies assemblies)
{
    private readonly Lock gate = new();
    private ScriptOptions options = SessionReferences.Options().WithFileEncoding(Encoding.UTF8).WithWarningLevel(0);

    private Script<object>? last;

    // Slot 0 is for globals, of which there are none; the compiled code reads earlier cells out of the slots and puts itself into its own.
    private object?[] slots = new object?[1];

    /// <summary>What the next cell is compiled with; an editor asks for it from another thread.</summary>
    public ScriptOptions Options
    {
        get
        {
            lock (gate)
            {
                return options;
            }
        }
    }

    /// <summary>Lets the cells from now on use libraries.</summary>
    public void AddReferences(IEnumerable<MetadataReference> references)
    {
        lock (gate)
        {
            options = options.AddReferences(references);
        }
    }

    /// <summary>Compiles a cell upon those before it.</summary>
    /// <exception cref="CompilationErrorException">It has errors.</exception>
    public Submission Compile(string code, string file, CancellationToken token)
    {
        var now = Options.WithFilePath(file);
        var script = last is null ? CSharpScript.Create<object>(code, now) : last.ContinueWith<object>(code, now);
        var compilation = script.GetCompilation();
        using var library = new MemoryStream();
        using var symbols = new MemoryStream();
        var emitted = compilation.Emit(library, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb), cancellationToken: token);

        if (!emitted.Success)
        {
            // Usings or comments alone make no assembly and take no slot, and that is no error.
            return emitted.Diagnostics.Any(problem => problem.Severity == DiagnosticSeverity.Error)
                ? throw new CompilationErrorException("", emitted.Diagnostics)
                : new Submission(script, null, slots.Length);
        }

        var entry = compilation.GetEntryPoint(token)!;
        library.Position = symbols.Position = 0;
        var type = assemblies.LoadFromStream(library, symbols).GetType(entry.ContainingType.MetadataName, throwOnError: true)!;
        var method = type.GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        return new Submission(script, method.CreateDelegate<Func<object?[], Task<object?>>>(), slots.Length);
    }

    /// <summary>Starts a compiled cell on this thread.</summary>
    public Task<object?> Start(Submission submission)
    {
        if (submission.Factory is null)
        {
            return Task.FromResult<object?>(null);
        }

        var next = new object?[submission.Slot + 1];
        slots.CopyTo(next, 0);
        submission.Slots = next;
        return submission.Factory(next);
    }

    /// <summary>Makes what the cell declared known to the next ones, also if it failed or was interrupted after its start.</summary>
    public bool Keep(Submission submission)
    {
        if (submission.Factory is not null && submission.State is null)
        {
            return false;
        }

        (last, slots) = (submission.Script, submission.Slots ?? slots);
        return true;
    }
}
