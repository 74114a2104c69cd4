using System.Text.Json;
using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Pickle;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Tests.Models;
using static DeepLearningCourse.Tests.Optimization.OptimizerStates;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>States of optimizers in files: ours, and those that torch.save wrote.</summary>
public sealed class OptimizerStateFileTests : NetworkTest
{
    private static readonly string[] Kinds = ["adam", "adamw", "sgd", "sgd_plain", "adagrad"];
    private static readonly string[] Endings = [".pt", ".pth", ".safetensors"];
    private static readonly JsonElement Losses = JsonDocument.Parse(File.ReadAllText(Reference.PathOf("torch", "optimizer_losses.json"))).RootElement;

    [Test]
    public void A_saved_state_is_read_bit_for_bit_and_gives_the_same_next_twenty_losses(
        [ValueSource(nameof(Kinds))] string kind, [ValueSource(nameof(Endings))] string ending)
    {
        using var folder = new TemporaryFolder();
        using var model = MakeModel();
        using var optimizer = Make(kind, model);
        Train(model, optimizer, 10);
        optimizer.Groups[0].LearningRate /= 3;
        using var copy = MakeModel();
        copy.load_state_dict(model.state_dict());
        using var resumed = Make(kind, copy);

        optimizer.SaveState(folder["state" + ending]);
        resumed.LoadState(folder["state" + ending]);

        using var state = optimizer.state_dict();
        using var read = OptimizerStateDict.Load(folder["state" + ending]);
        RequireEqual(read, state);
        Assert.That(Train(copy, resumed, 20), Is.EqualTo(Train(model, optimizer, 20)));
    }

    [Test]
    public void An_optimizer_that_has_made_no_step_is_saved_too([ValueSource(nameof(Endings))] string ending)
    {
        using var folder = new TemporaryFolder();
        using var model = MakeModel();
        using var optimizer = Make("adam", model);

        optimizer.SaveState(folder["state" + ending]);
        Train(model, optimizer, 3);
        optimizer.LoadState(folder["state" + ending]);

        using var state = optimizer.state_dict();
        Assert.That(state.State, Is.Empty);
    }

    [Test]
    public void Options_of_every_type_come_back_as_what_they_were([ValueSource(nameof(Endings))] string ending)
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, object?> group = new()
        {
            ["lr"] = 0.1, ["whole"] = 3.0, ["tiny"] = double.Epsilon, ["huge"] = double.MaxValue, ["negative zero"] = -0.0, ["pi"] = Math.PI, ["small"] = 1e-8,
            ["nan"] = double.NaN, ["inf"] = double.PositiveInfinity, ["-inf"] = double.NegativeInfinity,
            ["int"] = -3, ["long"] = 1L << 40, ["longest"] = long.MinValue, ["none"] = null, ["yes"] = true, ["no"] = false, ["text"] = "ñandú \"{}\"\n",
            ["betas"] = (0.9, 0.999), ["mixed"] = ((object?)0, (object?)0.9), ["one"] = ValueTuple.Create((object?)1), ["empty"] = ValueTuple.Create(),
            ["seven"] = ((object?)1, (object?)2.0, (object?)null, (object?)true, (object?)"a", (object?)6, (object?)7),
            ["ints"] = new List<int> { 1, 2 }, ["floats"] = new List<double> { 1, 2.5 }, ["names"] = new List<object?> { "a", null, ((object?)1, (object?)"b") },
            ["params"] = new List<int> { 0, 1 },
        };
        using OptimizerStateDict state = new(
            new Dictionary<int, IReadOnlyDictionary<string, Tensor>>
            {
                [1] = new Dictionary<string, Tensor> { ["step"] = tensor(3f), ["with.dots"] = ones(2, 0), ["bf16"] = ones(3, dtype: ScalarType.BFloat16) },
            },
            [group]);

        state.Save(folder["state" + ending]);

        using var read = OptimizerStateDict.Load(folder["state" + ending]);
        RequireEqual(read, state);
        Assert.That(double.IsNegative((double)read.ParamGroups[0]["negative zero"]!), Is.True);
    }

    [Test]
    public void The_pickle_has_ints_as_keys_and_tuples_where_Python_has_them()
    {
        using var folder = new TemporaryFolder();
        using var model = MakeModel();
        using var optimizer = Make("adam", model);
        Train(model, optimizer, 2);
        optimizer.SaveState(folder["state.pt"]);

        var whole = (PickleDict)PickleReader.Read(TorchFiles.PickleOf(File.ReadAllBytes(folder["state.pt"])))!;

        var state = (PickleDict)Of(whole, "state")!;
        var group = (PickleDict)((PickleList)Of(whole, "param_groups")!).Items.Single()!;
        Assert.That(state.Entries.Select(entry => entry.Key), Is.EqualTo(new object[] { 0L, 1L, 2L, 3L }));
        Assert.That(((TensorReference)Of((PickleDict)state.Entries[0].Value!, "step")!).Shape, Is.Empty);
        Assert.That(Of(group, "betas"), Is.EqualTo(new object[] { 0.9, 0.999 }).And.InstanceOf<object?[]>());
        Assert.That(Of(group, "lr"), Is.EqualTo(0.02));
        Assert.That(Of(group, "amsgrad"), Is.True);
        Assert.That(((PickleList)Of(group, "params")!).Items, Is.EqualTo(new object[] { 0L, 1L, 2L, 3L }));
    }

    [Test]
    public void Training_that_began_in_Python_goes_on_with_its_losses([ValueSource(nameof(Kinds))] string kind, [Values("", "_checkpoint")] string form)
    {
        using var model = Weights(kind);
        using var optimizer = Make(kind, model);

        optimizer.LoadState(TorchFiles.PathOf($"optimizer_{kind}{form}"));

        Assert.That(Train(model, optimizer, 10), Is.EqualTo(Losses.GetProperty(kind).EnumerateArray().Select(loss => loss.GetDouble())).Within(1e-12));
    }

    [Test]
    public void Old_files_with_addresses_and_plain_counts_are_read_by_root()
    {
        using var model = Weights("adam");
        using var optimizer = Make("adam", model);

        optimizer.LoadState(TorchFiles.PathOf("optimizer_old"), root: "generator.optim");

        using var state = optimizer.state_dict();
        Assert.That(state.State[3]["step"].item<float>(), Is.EqualTo(10));
        Assert.That(Train(model, optimizer, 10), Is.EqualTo(Losses.GetProperty("adam").EnumerateArray().Select(loss => loss.GetDouble())).Within(1e-12));
        using var empty = OptimizerStateDict.Load(TorchFiles.PathOf("optimizer_old"), root: "critic.optim");
        Assert.That(empty.ParamGroups, Is.Empty);
    }

    [Test]
    public void Lists_of_tensors_become_tensors_with_a_row_for_each()
    {
        using var state = OptimizerStateDict.Load(TorchFiles.PathOf("optimizer_lbfgs"));

        var kept = state.State[0];
        Assert.That(kept["func_evals"].dtype, Is.EqualTo(ScalarType.Int64));
        Assert.That(kept["prev_loss"].dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(kept["old_dirs"].shape, Is.EqualTo(new[] { kept["ro"].numel(), 4 }));
        Assert.That(kept["ro"].numel(), Is.GreaterThan(1));
        Assert.That(kept.Keys, Does.Not.Contain("al"));
        Assert.That(state.ParamGroups[0]["line_search_fn"], Is.EqualTo("strong_wolfe"));
    }

    [Test]
    public void Training_goes_on_in_Python_with_the_same_losses([ValueSource(nameof(Kinds))] string kind)
    {
        using var folder = new TemporaryFolder();
        using var model = MakeModel();
        using var optimizer = Make(kind, model);
        Train(model, optimizer, 10);
        model.SaveWeights(folder["weights.pt"]);
        optimizer.SaveState(folder["state.pt"]);
        File.WriteAllText(folder["resume.py"], Python.ImportTorch + """
            import json
            import pathlib
            import runpy

            script, folder, kind = sys.argv[1:]
            text = pathlib.Path(script).read_text().split("losses = {}")[0]
            there = {"__file__": folder + "/a.py"}
            exec(text, there)
            model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1)).double()
            model.load_state_dict(torch.load(folder + "/weights.pt", weights_only=True))
            optimizer = there["KINDS"][kind](list(model.parameters()))
            
            # Before 2.0, weights_only knew no floats.
            optimizer.load_state_dict(torch.load(folder + "/state.pt", weights_only=not torch.__version__.startswith("1.")))
            losses = there["train"](model, optimizer, 20)
            torch.save(optimizer.state_dict(), folder + "/back.pt")
            torch.save(model.state_dict(), folder + "/back_weights.pt")
            pathlib.Path(folder + "/losses.json").write_text(json.dumps(losses))
            """);

        Python.Run(folder["resume.py"], Repository.PathOf("tests/DeepLearningCourse.Tests/Reference/make_optimizer_files.py"), folder.FullName, kind);

        var losses = JsonSerializer.Deserialize<double[]>(File.ReadAllText(folder["losses.json"]));
        Assert.That(Train(model, optimizer, 20), Is.EqualTo(losses).Within(1e-12));

        // And back again.
        using var back = MakeModel();
        back.LoadWeights(folder["back_weights.pt"]);
        using var resumed = Make(kind, back);
        resumed.LoadState(folder["back.pt"]);
        Assert.That(Train(back, resumed, 10), Is.EqualTo(Train(model, optimizer, 10)).Within(1e-12));
    }

    private static object? Of(PickleDict dict, string key) => dict.Entries.Single(entry => entry.Key is string text && text == key).Value;
}
