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
