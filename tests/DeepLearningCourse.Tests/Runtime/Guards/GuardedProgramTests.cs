using DeepLearningCourse.Runtime;
using DeepLearningCourse.Runtime.Guards;

namespace DeepLearningCourse.Tests.Runtime.Guards;

/// <summary>Programs of their own that make mistakes.</summary>
[Platform("Linux", Reason = "The guards are made for Linux x64.")]
public sealed class GuardedProgramTests
{
    private const string Sentence = "Native code (libtorch, most likely) reported an error that TorchSharp does not catch, and C++ ends the process for it. "
        + "The reason stands below; the call that led to it is the first of yours here:";

    [Test]
    public void A_program_goes_on_after_mistakes_that_would_end_it()
    {
        var (code, output, errors) = LoadProbe.Run(null, ["mistakes"]);

        AssertGoesOn(code, output, errors);
    }

    [Test]
    public void It_does_so_with_TorchSharps_library_loaded_from_where_it_lies()
    {
        // With the file repaired beforehand nothing needs a private copy.
        var folder = Directory.CreateTempSubdirectory().FullName;

        try
        {
            LoadProbe.Copy(folder, _ => true);
            var library = Directory.EnumerateFiles(folder, NativeNames.TorchSharp, SearchOption.AllDirectories).Single();
            var elf = new ElfVersionNeeds(File.ReadAllBytes(library));
            File.WriteAllBytes(library, elf.WithOptional(elf.Needs.Where(need => need.Version == "GLIBCXX_3.4.32")));

            var (code, output, errors) = LoadProbe.Run(folder, ["mistakes"]);

            Assert.That(output, Does.Contain("repaired: False"));
            AssertGoesOn(code, output, errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Switched_off_a_mistake_ends_it_with_a_line_of_TorchSharps() =>
        AssertEnds(LoadProbe.Run(null, ["mistakes"], (NativeGuards.Switch, "0")), sentence: false, "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");

    [Test]
    public void What_cannot_be_caught_ends_it_with_a_sentence_and_the_call() =>
        AssertEnds(LoadProbe.Run(null, ["uncaught"]), sentence: true, "at TorchSharp.TensorExtensionMethods.ToInt32(");

    private static void AssertGoesOn(int code, string output, string errors)
    {
        Assert.That(code, Is.Zero, errors);
        Assert.That(output, Does.Contain("mistake: matmul of [2, 3] and [2, 3]: ").And.Contain("mistake: autograd.grad: element 0 of tensors does not require grad"));
        Assert.That(output, Does.Contain("no mistake\nmistake: set_num_interop_threads: ").And.EndWith("and still 6\n"));
    }

    private static void AssertEnds((int Code, string Output, string Errors) run, bool sentence, string said)
    {
        Assert.That(run.Code, Is.Not.Zero);
        Assert.That(run.Output, Does.Not.Contain("mistake:").And.Not.Contain("a number:"));
        Assert.That(run.Errors, Does.Contain(said));
        Assert.That(run.Errors.Contains(Sentence, StringComparison.Ordinal), Is.EqualTo(sentence), run.Errors);
    }
}
