using System.Runtime.Loader;
using DeepLearningCourse.Tests.Architecture;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace DeepLearningCourse.Tests.Suite;

/// <summary>Tests that are to fail: compiled apart, so that no run of the suite finds them, and run by NUnit's own engine.</summary>
internal static class CompiledFixture
{
    private const string Usings = """
        global using System; global using System.Threading; global using System.Threading.Tasks;
        global using DeepLearningCourse.Testing; global using DeepLearningCourse.Tests; global using NUnit.Framework; global using static TorchSharp.torch;
        """;

    /// <summary>Runs the tests of some classes.</summary>
    /// <returns>Each test's result under its name.</returns>
    public static Dictionary<string, ITestResult> Run(string classes)
    {
        using MemoryStream image = new();
        var emitted = CSharpCompilation.Create(
            $"Fixture{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(classes), CSharpSyntaxTree.ParseText(Usings)],
            DocumentProgram.References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .Emit(image);
        Assert.That(emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error), Is.Empty);
        image.Position = 0;

        NUnitTestAssemblyRunner runner = new(new DefaultTestAssemblyBuilder());
        _ = runner.Load(AssemblyLoadContext.Default.LoadFromStream(image), new Dictionary<string, object> { ["NumberOfTestWorkers"] = 0 });
        return Cases(runner.Run(TestListener.NULL, TestFilter.Empty)).ToDictionary(result => result.Test.MethodName!);
    }

    private static IEnumerable<ITestResult> Cases(ITestResult result) =>
        result.Test.IsSuite ? result.Children.SelectMany(Cases) : [result];
}
