using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Tests.Execution;

[NonParallelizable]
public sealed class CodeSessionTests
{
    private CodeSession session = null!;
    private RecordedOutput output = null!;

    [SetUp]
    public void Begin() => (session, output) = (new CodeSession(), new RecordedOutput());

    [TearDown]
    public void End()
    {
        session.Dispose();
        output.Started.Dispose();
    }

    [Test]
    public void Cells_share_variables_functions_types_and_usings()
    {
        Run("using System.Globalization;");
        Run("var x = 20; record Point(int X); int Twice(int n) => 2 * n;");

        Assert.That(Value("Twice(x) + new Point(2).X"), Is.EqualTo("42"));
        Assert.That(Value("CultureInfo.InvariantCulture.Name.Length"), Is.EqualTo("0"));
        Assert.That(session.Execute("x = 3;", output).Value, Is.Null, "a statement has no value");
    }

    [Test]
    public void A_variable_may_be_declared_again()
    {
        Run("var x = 1;");
        Run("var x = \"text\";");

        Assert.That(Value("x"), Is.EqualTo("text"));
    }

    [Test]
    public void A_network_of_the_slides_trains_in_cells()
    {
        Run("""
            using DeepLearningCourse.Data;
            using DeepLearningCourse.Models;
            using DeepLearningCourse.Optimization;
            using DeepLearningCourse.Training;
            using TorchSharp;
            using TorchSharp.Modules;
            using static TorchSharp.torch;
            """);
        Run("""
            class BinaryClassifier : MyNeuralNetwork
            {
                public Linear w1 { get; } = nn.Linear(10, 8);
                public Linear w2 { get; } = nn.Linear(8, 1);
                public ReLU relu { get; } = nn.ReLU();
                public override Tensor forward(Tensor x) => w2.call(relu.call(w1.call(x)));
            }
            """);
        Run("""
            manual_seed(0);
            using var model = new BinaryClassifier();
            using var data = new InMemoryDataset(rand(64, 10), rand(64, 1).round());
            using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 16, seed: 1);
            """);
        Run("var history = new Trainer(model, nn.BCEWithLogitsLoss(), Optimizers.Adam(model.parameters(), lr: 1e-2), new() { Epochs = 2, ShowProgress = false }).Fit(loader);");

        Assert.That(Value("history.Epochs.Count"), Is.EqualTo("2"));
        Assert.That(Value("model"), Does.Contain("(w1): Linear(in_features=10, out_features=8, bias=True)"));
    }

    [Test]
    public void Output_of_every_thread_belongs_to_the_cell()
    {
        Run("Console.Write(\"a\"); Console.Error.Write(\"e\"); await Task.Run(() => Console.Write(\"b\")); var t = new Thread(() => Console.WriteLine(\"c\")); t.Start(); t.Join();");

        Assert.That(output.Text, Is.EqualTo("abc" + Environment.NewLine));
        Assert.That(output.Log, Does.Contain("error:e"));
    }

    [Test]
    public void Awaits_come_back_to_the_thread_of_the_cells()
    {
        Run("var first = Environment.CurrentManagedThreadId;");

        Assert.That(Value("(await Task.Run(() => 1), first == Environment.CurrentManagedThreadId)"), Is.EqualTo("(1, True)"));
    }

    [Test]
    public void A_display_is_updated_in_its_place()
    {
        Run("var shown = display(HTML(\"<b>1</b>\")); shown.Update(HTML(\"<b>2</b>\")); display(3); clear_output(wait: true);");

        Assert.That(output.Log, Is.EqualTo(new[] { "display display-1:<b>1</b>", "update display-1:<b>2</b>", "display display-2:3", "clear True" }));
    }

    [Test]
    public void The_library_shows_live_html_below_the_cell()
    {
        Run("var update = DeepLearningCourse.Runtime.Notebook.Current(\"<i>0 %</i>\"); update(\"<i>100 %</i>\");");

        Assert.That(output.Log, Is.EqualTo(new[] { "display display-1:<i>0 %</i>", "update display-1:<i>100 %</i>" }));
    }

    [Test]
    public void A_person_is_asked_for_lines()
    {
        output.Answers.Enqueue("Ada");
        output.Answers.Enqueue("secret");
        output.Answers.Enqueue("42");

        Assert.That(Value("input(\"Name? \") + password(\"Word? \") + Console.ReadLine()"), Is.EqualTo("Adasecret42"));
        Assert.That(output.Log, Is.EqualTo(new[] { "ask False:Name? ", "ask True:Word? ", "ask False:" }));
    }

    [Test]
    public void A_mistake_of_syntax_is_shown_under_its_line()
    {
        var error = session.Execute("var a = 1;\nvar b = a.Nothing;", output).Error!;

        Assert.That((error.Name, error.Line), Is.EqualTo(("CompilationError", 2)));
        Assert.That(error.Message, Does.Contain("'Nothing'"));
        Assert.That(error.Traceback, Does.Contain("   2 | var b = a.Nothing;").And.Contain("     |           ^"));
        Assert.That(session.Execute("a", output).Error!.Message, Does.Contain("'a'"), "nothing of the cell was run");
    }

    [Test]
    public void An_exception_names_its_line_and_keeps_what_was_before_it()
    {
        var error = session.Execute("var kept = 5;\n\nvoid Deep() => throw new InvalidOperationException(\"too deep\");\nDeep();", output).Error!;

        Assert.That((error.Name, error.Message, error.Line), Is.EqualTo(("InvalidOperationException", "too deep", 3)));
        Assert.That(error.Traceback, Does.Contain("   at cell 1, line 4"));
        Assert.That(error.Traceback, Has.None.Contain("Roslyn").And.None.Contain("CodeSession"));
        Assert.That(Value("kept"), Is.EqualTo("5"));
    }

    [Test]
    [Platform("Linux", Reason = "TorchSharp's functions are guarded on Linux x64.")]
    public void A_matrix_product_that_does_not_fit_leaves_the_variables()
    {
        Run("using static TorchSharp.torch; var X = ones(2, 3); var Y = ones(4, 5); var g = ones(2);");

        var product = session.Execute("X.matmul(Y)", output).Error!;
        var gradient = session.Execute("autograd.grad([g.sum()], [g])", output).Error!;

        Assert.That(product.Message, Does.StartWith("matmul of [2, 3] and [4, 5]: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)."));
        Assert.That(gradient.Message, Does.StartWith("autograd.grad: element 0 of tensors does not require grad"));
        Assert.That(Value("X.sum().item<float>() + Y.sum().item<float>()"), Is.EqualTo("26"));
    }

    [Test]
    public void An_error_of_libtorch_is_its_sentence_without_frames()
    {
        var error = session.Execute("TorchSharp.torch.rand(2, 3).mm(TorchSharp.torch.rand(2, 3))", output).Error!;

        Assert.That(error.Message, Does.Contain("mat1 and mat2 shapes cannot be multiplied").And.Not.Contain("Exception raised from"));
    }

    [TestCase("namespace A { class B; }", "A notebook has no namespaces")]
    [TestCase("static class E { public static int Plus(this int n) => n + 1; }", "A notebook has no extension methods")]
    [TestCase("static class E { extension(int n) { public int Twice() => 2 * n; } }", "A notebook has no extension methods")]
    [TestCase("int Plus(this int n) => n + 1;", "A notebook has no extension methods")]
    public void What_script_mode_refuses_comes_with_advice(string code, string advice) =>
        Assert.That(session.Execute(code, output).Error!.Message, Does.Contain(advice));

    [Test]
    public void Using_declarations_keep_their_variables()
    {
        Run("using var a = new MemoryStream();\nusing MemoryStream b = new();\nusing (var c = new MemoryStream()) { }");

        Assert.That(Value("a.CanRead && b.CanRead"), Is.EqualTo("True"));
    }

    [TestCase("Console.Write(1); while (true) { }")]
    [TestCase("Console.Write(1); Thread.Sleep(-1);")]
    [TestCase("Console.Write(1); await Task.Delay(-1);")]
    [TestCase("Console.Write(1); Task.Delay(-1).Wait();")]
    [TestCase("Console.Write(1); while (true) { try { Thread.Sleep(50); } catch { } }")]
    [TimeLimit(120)]
    public void An_interrupt_ends_a_cell_and_not_the_session(string code)
    {
        Run("var before = 7;");
        var running = Task.Run(() => session.Execute(code, output));
        output.Started.Wait();
        Thread.Sleep(100);

        session.Interrupt();

        Assert.That(running.Wait(10_000), Is.True, "it did not end");
        Assert.That(running.Result.Error!.Name, Is.EqualTo("Interrupted"));
        Assert.That(Value("before"), Is.EqualTo("7"));
        Run("Thread.Sleep(50);");
    }

    [TestCase("while (true) { }")]
    [TestCase("while (true) { Console.Write(2); }")]
    [TestCase("var a = TorchSharp.torch.ones(2, 3); while (true) { try { a.matmul(a); } catch (System.Runtime.InteropServices.ExternalException) { } }")]
    [TimeLimit(120)]
    public void Every_interrupt_ends_its_loop(string loop)
    {
        for (var i = 0; i < 3; i++)
        {
            output = new RecordedOutput();
            var running = Task.Run(() => session.Execute("Console.Write(1); " + loop, output));
            output.Started.Wait();
            Thread.Sleep(100);

            session.Interrupt();

            Assert.That(running.Wait(10_000), Is.True, $"interrupt {i + 1} did not end its loop");
        }
    }

    [TestCase("while (true) { steps++; }")]
    [TestCase("while (true) { steps++; await Task.Delay(1); }")]
    [TestCase("while (true) { steps++; Thread.Sleep(1); }")]
    [TimeLimit(120)]
    public void An_interrupted_cell_keeps_what_it_declared(string loop)
    {
        var running = Task.Run(() => session.Execute("class Net { public int Size = 4; }\nvar net = new Net(); var steps = 0L; Console.Write(1);\n" + loop, output));
        output.Started.Wait();
        Thread.Sleep(100);
        session.Interrupt();

        Assert.That(running.Wait(10_000), Is.True, "it did not end");
        Assert.That(running.Result.Error!.Name, Is.EqualTo("Interrupted"));
        Assert.That(Value("(steps > 0, net.Size, new Net().Size)"), Is.EqualTo("(True, 4, 4)"));
    }

    [Test, TimeLimit(120)]
    public void What_an_interrupted_cell_waited_for_does_not_go_on_later()
    {
        Run("var gate = new TaskCompletionSource(); var reached = false;");
        var running = Task.Run(() => session.Execute("Console.Write(1); await gate.Task; reached = true;", output));
        output.Started.Wait();
        Thread.Sleep(100);
        session.Interrupt();
        Assert.That(running.Wait(10_000), Is.True, "it did not end");

        Run("gate.SetResult(); await Task.Delay(100);");

        Assert.That(Value("reached"), Is.EqualTo("False"));
    }

    [Test, TimeLimit(120)]
    public void An_interrupt_ends_a_training_in_good_order_and_a_second_one_the_cell()
    {
        Run("using DeepLearningCourse.Data; using DeepLearningCourse.Optimization; using DeepLearningCourse.Training; using TorchSharp; using static TorchSharp.torch;");
        Run("class Net : DeepLearningCourse.Models.MyNeuralNetwork { TorchSharp.Modules.Linear w1 { get; } = nn.Linear(4, 1); public override Tensor forward(Tensor x) { if (training && x.requires_grad == false && steps++ == 20) { Console.Write(1); } return w1.call(x); } int steps; }");
        Run("var net = new Net(); var data = new InMemoryDataset(rand(64, 4), rand(64, 1)); var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 8, seed: 1);");
        var running = Task.Run(() => session.Execute(
            "var options = new TrainerOptions { Epochs = 1_000_000, ShowProgress = false, HandleSignals = true };\n"
            + "var history = new Trainer(net, nn.MSELoss(), Optimizers.SGD(net.parameters(), lr: 1e-3), options).Fit(loader);\nConsole.Write(\"after\"); while (true) { }",
            output));
        output.Started.Wait();

        session.Interrupt();

        while (!output.Text.Contains("after", StringComparison.Ordinal))
        {
            Assert.That(running.IsCompleted, Is.False, () => "the cell ended and not the training: " + string.Join('\n', running.Result.Error!.Traceback));
            Thread.Sleep(20);
        }

        session.Interrupt();

        Assert.That(running.Wait(10_000), Is.True, "it did not end");
        Assert.That(Value("history is not null"), Is.EqualTo("True"));
    }

    [Test, TimeLimit(120)]
    public void What_a_cell_has_begun_to_send_is_sent_whole()
    {
        SlowOutput slow = new();
        var running = Task.Run(() => session.Execute("while (true) { Console.Write(1); }", slow));
        Assert.That(SpinWait.SpinUntil(() => slow.Begun > 2, 20_000), Is.True);
        session.Interrupt();

        Assert.That(running.Wait(10_000), Is.True, "it did not end");
        Assert.That(slow.Ended, Is.EqualTo(slow.Begun));
    }

    [Test]
    public void What_a_failed_cell_threw_is_not_kept()
    {
        Run("var thrown = new List<WeakReference>();");
        session.Execute("void Fail() { var e = new Exception(); thrown.Add(new WeakReference(e)); throw e; }\nFail();", output);
        Run("GC.Collect(); GC.WaitForPendingFinalizers(); GC.Collect();");

        Assert.That(Value("(thrown.Count, thrown[0].IsAlive)"), Is.EqualTo("(1, False)"));
    }

    [Test]
    public void A_mode_of_the_thread_ends_with_its_cell()
    {
        Run("using TorchSharp; using static TorchSharp.torch;");
        Run("using var off = no_grad();\nusing var scope = NewDisposeScope();\nvar a = rand(2); var seen = is_grad_enabled();");
        Run("using (var other = no_grad()) { }");

        Assert.That(Value("(seen, is_grad_enabled(), a.IsInvalid, DisposeScopeManager.Statistics.DetachedFromScopeCount > 0)"), Is.EqualTo("(False, True, False, True)"));
    }

    [Test]
    public void Commands_can_be_called_in_a_class_and_hidden_by_a_variable()
    {
        Run("class Shower { public void Show() => display(5); }\nnew Shower().Show();");
        Run("var input = 3;");

        Assert.That(output.Log, Is.EqualTo(new[] { "display display-1:5" }));
        Assert.That(Value("input"), Is.EqualTo("3"));
    }

    [Test]
    public void Lines_and_columns_are_those_of_the_cell_behind_directives_and_usings()
    {
        var error = session.Execute("#!csharp\r\nusing var a = new MemoryStream(); var b = nothing;\r\n", output).Error!;

        Assert.That((error.Line, error.Message), Is.EqualTo((2, "(2,43): CS0103: The name 'nothing' does not exist in the current context")));
    }

    [Test]
    public void A_failure_inside_of_others_is_told_as_the_one_that_matters()
    {
        var error = session.Execute("void Fail() => throw new ArgumentException(\"wrong\");\nvar t = Task.Run(Fail);\nt.Wait();", output).Error!;

        Assert.That((error.Name, error.Message), Is.EqualTo(("ArgumentException", "wrong")));
        Assert.That(error.Traceback, Has.None.Contain("CellPump").And.None.Contain("CellRun").And.None.Contain("CellThread"));
    }

    [Test]
    public void The_number_of_a_cell_counts_failed_ones_too()
    {
        session.Execute("nothing", output);
        session.Execute("throw new Exception();", output);

        Assert.That(session.Execute("", output), Is.EqualTo(new CellResult(3, null, null)));
    }

    [Test, TimeLimit(120)]
    public void An_interrupt_with_nothing_to_end_is_forgotten()
    {
        session.Interrupt();
        Run("Thread.Sleep(10);");
        session.Interrupt();

        Run("Thread.Sleep(10); await Task.Delay(10);");
    }

    [TestCase("var x = 1;", ExpectedResult = "Complete")]
    [TestCase("x + 1", ExpectedResult = "Complete")]
    [TestCase("for (var i = 0; i < 3; i++)\n{", ExpectedResult = "Incomplete")]
    [TestCase("Console.WriteLine(", ExpectedResult = "Incomplete")]
    [TestCase("var x = );", ExpectedResult = "Invalid")]
    public string Code_is_known_to_be_complete_or_not(string code) => session.Check(code).ToString();

    private void Run(string code)
    {
        var result = session.Execute(code, output);
        Assert.That(result.Error, Is.Null, () => string.Join('\n', result.Error!.Traceback));
    }

    private string Value(string expression)
    {
        var result = session.Execute(expression, output);
        Assert.That(result.Error, Is.Null, () => string.Join('\n', result.Error!.Traceback));
        return result.Value!.Content["text/plain"].ReplaceLineEndings("\n");
    }
}
