using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>Makes a notebook of one or several C# files, one after the other, with one cell for all their usings.</summary>
internal static class NotebookBuilder
{
    public static NotebookDocument Build(IReadOnlyList<SourceFile> files)
    {
        List<NotebookCell> cells = [];
        HashSet<string> types = [];
        foreach (var cell in files.SelectMany(file => file.Cells))
        {
            // A type that several programs have is one for the notebook: two of it would be two types.
            if (cell.IsCode && HoldsOnlyTypes(cell.Source))
            {
                cell.Source = WithoutKnown(cell.Source, types);
            }

            if (cell.Source.Length > 0)
            {
                cells.Add(cell);
            }
        }

        var head = files.SelectMany(file => file.Directives).Select(PackageLines.ToNotebook).OfType<string>()
            .Concat(files.SelectMany(file => file.Usings))
            .Distinct()
            .ToList();
        if (head.Count > 0)
        {
            var place = cells.Count > 0 && !cells[0].IsCode ? 1 : 0;
            cells.Insert(place, NotebookCell.New(NotebookCell.CodeKind, string.Join('\n', head)));
        }

        var document = NotebookDocument.New(cells);
        document.Directives = [.. files.SelectMany(file => file.Directives).Distinct()];
        return document;
    }

    private static string WithoutKnown(string code, HashSet<string> types)
    {
        var members = CSharpSyntaxTree.ParseText(code).GetCompilationUnitRoot().Members;
        var known = members.Where(member => !types.Add(member.ToString())).ToList();
        return known.Count == members.Count ? "" : known.AsEnumerable().Reverse().Aggregate(code, (text, member) => text.Remove(member.FullSpan.Start, member.FullSpan.Length)).Trim('\n').TrimEnd();
    }

    /// <summary>Whether code declares types and does nothing else.</summary>
    public static bool HoldsOnlyTypes(string code)
    {
        var root = CSharpSyntaxTree.ParseText(code).GetCompilationUnitRoot();
        return root.Members.Count > 0 && root.Usings.Count == 0 && root.Members.All(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);
    }
}
