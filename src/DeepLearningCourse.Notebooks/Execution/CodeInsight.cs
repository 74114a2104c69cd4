using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.QuickInfo;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Text;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>What an editor knows about a cell: the executed cells as a chain of submissions, as the compiler saw them, and the cell that is being written.</summary>
internal sealed class CodeInsight(Func<ScriptOptions> options) : IDisposable
{
    private const int MostItems = 200;

    private readonly Lock guard = new();
    private readonly AdhocWorkspace workspace = new(MefHostServices.DefaultHost);
    private ProjectId? last;

    /// <summary>A cell that was executed.</summary>
    public void Add(string code)
    {
        lock (guard)
        {
            var document = NewDocument(workspace.CurrentSolution, code);
            workspace.TryApplyChanges(document.Project.Solution);
            last = document.Project.Id;
        }
    }

    public CompletionList Complete(string code, int position)
    {
        lock (guard)
        {
            var document = NewDocument(workspace.CurrentSolution, code);
            var service = CompletionService.GetService(document)!;
            var list = service.GetCompletionsAsync(document, position).GetAwaiter().GetResult();
            var span = list.Span.End > code.Length || list.ItemsList.Count == 0 ? new TextSpan(position, 0) : list.Span;
            var typed = code[span.Start..Math.Min(position, span.End)];
            var items = list.ItemsList
                .Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal))
                .Select(item => item.DisplayText.Split('<')[0])
                .Distinct()
                .Take(MostItems);
            return new CompletionList([.. items], span.Start, span.End);
        }
    }

    public MimeBundle? Inspect(string code, int position)
    {
        lock (guard)
        {
            var document = NewDocument(workspace.CurrentSolution, code);
            var info = QuickInfoService.GetService(document)!.GetQuickInfoAsync(document, Math.Min(position, code.Length)).GetAwaiter().GetResult()
                // The cursor stands behind the name as often as in it.
                ?? QuickInfoService.GetService(document)!.GetQuickInfoAsync(document, Math.Max(0, position - 1)).GetAwaiter().GetResult();
            if (info is null || info.Sections.IsEmpty)
            {
                return null;
            }

            StringBuilder text = new();
            foreach (var section in info.Sections.Where(section => !string.IsNullOrWhiteSpace(section.Text)))
            {
                text.AppendLine(section.Text.Trim());
            }

            return text.Length == 0 ? null : MimeBundle.Text(text.ToString().TrimEnd());
        }
    }

    public void Dispose() => workspace.Dispose();

    private Document NewDocument(Solution solution, string code)
    {
        var script = options();
        var id = ProjectId.CreateNewId();
        var project = ProjectInfo.Create(
            id, VersionStamp.Create(), "cell", $"cell-{id.Id:N}", LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, usings: script.Imports, scriptClassName: "Cell", allowUnsafe: true),
            parseOptions: new CSharpParseOptions(LanguageVersion.Latest, kind: SourceCodeKind.Script),
            projectReferences: last is { } previous ? [new ProjectReference(previous)] : [],
            metadataReferences: script.MetadataReferences.OfType<PortableExecutableReference>().Distinct(),
            isSubmission: true);
        var document = DocumentId.CreateNewId(id);
        return solution
            .AddProject(project)
            .AddDocument(DocumentInfo.Create(document, "cell.csx", sourceCodeKind: SourceCodeKind.Script,
                loader: TextLoader.From(TextAndVersion.Create(SourceText.From(code), VersionStamp.Create()))))
            .GetDocument(document)!;
    }
}
