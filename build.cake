var target = Argument("target", "Default");
var configuration = Argument("configuration", "Release");

const string Solution = "DeepLearningCourse.sln";

Task("Restore").Does(() => DotNetRestore(Solution));

Task("Build").IsDependentOn("Restore").Does(() =>
    DotNetBuild(Solution, new DotNetBuildSettings { Configuration = configuration, NoRestore = true }));

Task("Test").IsDependentOn("Build").Does(() => RunTests());

// The torture and fuzz runs, which dotnet test leaves out by itself.
Task("TestLong").IsDependentOn("Build").Does(() => RunTests("TestCategory=Long"));

// Attacks the library and writes what was seen into docs/reliability.md.
Task("Reliability").IsDependentOn("Build").Does(() =>
{
    var records = MakeAbsolute(Directory("artifacts/attacks"));
    CleanDirectory(records);
    RunTests("TestCategory=Attack", new Dictionary<string, string> { ["DLC_ATTACK_RECORDS"] = records.FullPath });
    DotNetRun("tests/DeepLearningCourse.Benchmarks", new ProcessArgumentBuilder().Append("reliability").AppendQuoted(records.FullPath).AppendQuoted("docs/reliability.md"),
        new DotNetRunSettings { Configuration = configuration, NoBuild = true });
});

// The suite as other processors compute it, and on a busy machine; --tests=tests/DeepLearningCourse.Tests takes one project.
Task("TestMachines").IsDependentOn("Build").Does(() =>
{
    (string Name, int Loops, Dictionary<string, string> Variables)[] modes =
    [
        ("without AVX2", 0, Processor("default", "COMPATIBLE", "SSE41")),
        ("AVX2", 0, Processor("avx2", "AVX2", "AVX2")),
        ("this processor's own", 0, []),
        ("beside three busy loops", 3, []),
    ];
    var rows = modes.Select(mode => TestMode(mode.Name, mode.Loops, mode.Variables)).ToList();

    Information($"{"mode",-25} {"passed",7} {"failed",7} {"skipped",8} {"time",7}");
    rows.ForEach(row => Information($"{row.Name,-25} {row.Passed,7} {row.Failed,7} {row.Skipped,8} {row.Time,7:m\\:ss}"));

    if (rows.Any(row => row.Failed > 0 || row.Passed == 0))
    {
        throw new CakeException("The suite does not pass on every machine.");
    }
});

Task("Pack").IsDependentOn("Build").Does(() =>
{
    foreach (var package in GetFiles("src/*/*.csproj"))
    {
        DotNetPack(package.FullPath, new DotNetPackSettings
        {
            Configuration = configuration,
            NoBuild = true,
            OutputDirectory = "artifacts",
        });
    }
});

Task("Examples").IsDependentOn("Build").Does(() =>
{
    // A service runs until it is told to end; its tests start it.
    foreach (var example in GetFiles("examples/*/*.csproj").Where(file => file.GetFilenameWithoutExtension().FullPath != "training-service"))
    {
        Information($"== {example.GetDirectory().GetDirectoryName()}");
        DotNetRun(example.FullPath, new DotNetRunSettings { Configuration = configuration, NoBuild = true });
    }

    foreach (var topic in GetFiles("examples/*.cs").OrderBy(file => file.FullPath))
    {
        Information($"== {topic.GetFilename()}");
        DotNetTool($"run {topic.FullPath}");
    }
});

// The notebooks again from their programs, with the outputs that their cells give today.
Task("Notebooks").IsDependentOn("Build").Does(() =>
{
    var tool = $"src/DeepLearningCourse.Notebooks/bin/{configuration}/net10.0/dlc-notebook.dll";
    foreach (var notebook in GetFiles("examples/notebooks/*.ipynb"))
    {
        DotNetExecute(tool, new ProcessArgumentBuilder().Append("convert").AppendQuoted(notebook.FullPath));
        DotNetExecute(tool, new ProcessArgumentBuilder().Append("run").AppendQuoted(notebook.FullPath));
    }
});

// BenchmarkDotNet's; the loader and training against TorchSharp's and PyTorch's, which needs python3-torch for the latter; a gigabyte of weights.
Task("Benchmarks").IsDependentOn("Build").Does(() =>
{
    var settings = new DotNetRunSettings { Configuration = "Release" };
    DotNetRun("tests/DeepLearningCourse.Benchmarks", new ProcessArgumentBuilder().Append("--filter").AppendQuoted("*"), settings);
    DotNetRun("tests/DeepLearningCourse.Benchmarks", new ProcessArgumentBuilder().Append("loading"), settings);
    DotNetRun("tests/DeepLearningCourse.Benchmarks", new ProcessArgumentBuilder().Append("weights"), settings);
    DotNetRun("tests/DeepLearningCourse.Benchmarks", new ProcessArgumentBuilder().Append("training"), settings);
});

Task("Default").IsDependentOn("Test").IsDependentOn("Pack").IsDependentOn("Examples");

RunTarget(target);

void RunTests(string filter = null, IDictionary<string, string> variables = null) =>
    DotNetTest(Solution, new DotNetTestSettings { Configuration = configuration, NoBuild = true, Filter = filter, EnvironmentVariables = variables ?? new Dictionary<string, string>() });

// libtorch's own kernels, MKL's and oneDNN's each have their variable.
Dictionary<string, string> Processor(string aten, string mkl, string oneDnn) =>
    new() { ["ATEN_CPU_CAPABILITY"] = aten, ["MKL_CBWR"] = mkl, ["ONEDNN_MAX_CPU_ISA"] = oneDnn };

(string Name, int Passed, int Failed, int Skipped, TimeSpan Time) TestMode(string name, int loops, Dictionary<string, string> variables)
{
    Information($"== {name}");
    var results = Directory($"artifacts/machines/{name.Replace(' ', '-').Replace("'", "")}");
    CleanDirectory(results);
    using var ended = new System.Threading.CancellationTokenSource();
    var threads = Enumerable.Range(0, loops).Select(_ => new System.Threading.Thread(() => { while (!ended.IsCancellationRequested) { } })).ToList();
    threads.ForEach(thread => thread.Start());
    var clock = System.Diagnostics.Stopwatch.StartNew();
    var broke = false;

    try
    {
        DotNetTest(Argument("tests", Solution), new DotNetTestSettings
        {
            Configuration = configuration, NoBuild = true, Loggers = ["trx"], ResultsDirectory = results, EnvironmentVariables = variables,
        });
    }
    catch (CakeException)
    {
        // The table says what failed, after all modes; of a run that ended by itself no result says so.
        broke = true;
    }
    finally
    {
        ended.Cancel();
        threads.ForEach(thread => thread.Join());
    }

    var outcomes = GetFiles($"{results}/*.trx").SelectMany(file => System.Xml.Linq.XDocument.Load(file.FullPath).Descendants())
        .Where(element => element.Name.LocalName == "UnitTestResult").ToLookup(element => (string)element.Attribute("outcome"));
    var failed = outcomes["Failed"].Count();
    return (name, outcomes["Passed"].Count(), broke && failed == 0 ? 1 : failed, outcomes["NotExecuted"].Count(), clock.Elapsed);
}
