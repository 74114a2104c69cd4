using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

internal sealed class ExecuteTests : KernelTest
{
    private static readonly string[] Plain = ["status", "execute_input", "status"];

    [Test]
    public void A_cell_is_announced_and_answered_between_busy_and_idle()
    {
        Session.Cells["1 + 1"] = _ => MimeBundle.Html("<b>2</b>", "2");

        var (reply, published) = Run("1 + 1");

        Assert.That(reply.Type, Is.EqualTo("execute_reply"));
        Assert.That((reply.Text("status"), (int?)reply.Content["execution_count"]), Is.EqualTo(("ok", 1)));
        Assert.That(reply.Content["user_expressions"]!.ToJsonString(), Is.EqualTo("{}"));
        Assert.That(published.Select(message => message.Type), Is.EqualTo(new[] { "status", "execute_input", "execute_result", "status" }));
        Assert.That((published[0].State, published[^1].State), Is.EqualTo(("busy", "idle")));
        Assert.That((published[1].Text("code"), (int?)published[1].Content["execution_count"]), Is.EqualTo(("1 + 1", 1)));
        Assert.That(published[2].Content["data"]!.ToJsonString(), Does.Contain("text/html").And.Contain("\"text/plain\":\"2\""));
    }

    [Test]
    public void Output_keeps_its_order_and_small_writes_become_few_messages()
    {
        Session.Cells["many"] = output =>
        {
            for (var i = 0; i < 1000; i++)
            {
                output.WriteOut("x");
            }

            output.WriteError("e");
            output.Display(MimeBundle.Text("shown"), "d1");
            output.WriteOut("between");
            output.Update(MimeBundle.Text("again"), "d1");
            output.Clear(wait: true);
            output.WriteOut("last");
            return MimeBundle.Text("value");
        };

        var published = Run("many").Published[2..^1];
        var outputs = published.Select(message => message.Type == "stream" ? $"{message.Text("name")} {message.Text("text")}" : message.Type).ToList();
        var firstOther = outputs.FindIndex(output => !output.StartsWith("stdout", StringComparison.Ordinal));

        Assert.That(string.Concat(outputs.Take(firstOther).Select(output => output["stdout ".Length..])), Is.EqualTo(new string('x', 1000)));
        Assert.That(firstOther, Is.LessThan(500), "joined");
        Assert.That(outputs.Skip(firstOther), Is.EqualTo(new[] { "stderr e", "display_data", "stdout between", "update_display_data", "clear_output", "stdout last", "execute_result" }));
        Assert.That(published.Where(message => message.Type.EndsWith("display_data", StringComparison.Ordinal)).Select(message => message.Content["transient"]!.ToJsonString()), Is.All.EqualTo("{\"display_id\":\"d1\"}"));
        Assert.That((bool?)published.Single(message => message.Type == "clear_output").Content["wait"], Is.True);
    }

    [Test]
    public void Output_arrives_while_the_cell_still_runs()
    {
        Session.Cells["loop"] = output =>
        {
            output.WriteOut("early");
            return Session.Loop();
        };

        var id = Client.Execute("loop");
        TestMessage next;
        do
        {
            next = Client.Next(TimeSpan.FromSeconds(60))!;
        }
        while (next.Type != "stream");

        Assert.That(next.Text("text"), Is.EqualTo("early"));
        Session.Interrupt();
        Client.PublishedFor(id);
    }

    [Test]
    public void An_emoji_written_in_two_halves_arrives_whole()
    {
        Session.Cells["halves"] = output =>
        {
            output.WriteOut("\ud83d");
            output.WriteOut("\ude00");
            return null;
        };

        Assert.That(Run("halves").Published[2].Text("text"), Is.EqualTo("😀"));
    }

    [Test]
    public void Half_a_character_ends_nothing()
    {
        Session.Cells["half"] = output =>
        {
            output.WriteOut("\ud83d");
            return MimeBundle.Text("\ude00");
        };

        Assert.That(Run("half").Reply.Text("status"), Is.EqualTo("ok"));
    }

    [Test]
    public void Json_is_sent_as_json()
    {
        Session.Cells["json"] = _ => new MimeBundle(new Dictionary<string, string> { ["text/plain"] = "t", ["application/json"] = "{\"a\":[1]}", ["image/png"] = "aa+/" });

        var data = Run("json").Published[2].Content["data"]!;

        Assert.That((int?)data["application/json"]!["a"]![0], Is.EqualTo(1));
        Assert.That((string?)data["image/png"], Is.EqualTo("aa+/"));
    }

    [Test]
    public void A_silent_cell_is_neither_announced_nor_counted()
    {
        Session.Cells["quiet"] = _ => MimeBundle.Text("value");

        var published = Run("quiet", content => content["silent"] = true).Published;

        Assert.That(published.Select(message => message.State), Is.EqualTo(new[] { "busy", "idle" }));
        Assert.That((int?)Run("next").Reply.Content["execution_count"], Is.EqualTo(1));
    }

    [Test]
    public void A_cell_that_is_not_stored_is_not_counted()
    {
        Run("first");

        Assert.That((int?)Run("aside", content => content["store_history"] = false).Reply.Content["execution_count"], Is.EqualTo(1));
        Assert.That((int?)Run("second").Reply.Content["execution_count"], Is.EqualTo(2));
    }

    [Test]
    public void An_empty_cell_is_not_executed()
    {
        var (reply, published) = Run(" \n");

        Assert.That(reply.Text("status"), Is.EqualTo("ok"));
        Assert.That(published.Select(message => message.Type), Is.EqualTo(Plain));
        Assert.That(Session.Executed, Is.Empty);
    }

    [Test]
    public void An_error_aborts_what_was_asked_for_before_it_happened_and_nothing_later()
    {
        using ManualResetEventSlim queued = new();
        Session.Cells["fails"] = _ =>
        {
            queued.Wait();
            throw new NotSupportedException("no");
        };

        var failing = Client.Execute("fails");
        string[] behind = [Client.Execute("a"), Client.Execute("b")];
        var info = Client.Send(Client.Shell, "is_complete_request", new JsonObject { ["code"] = "x" });
        // The one request that the shell answers at once: its answer says that what was sent before has been received.
        Client.Send(Client.Shell, "interrupt_request");
        _ = Client.Reply(Client.Shell);
        queued.Set();

        var replies = Enumerable.Range(0, 4).Select(_ => Client.Reply(Client.Shell)).ToList();
        var error = Client.PublishedFor(failing).Single(message => message.Type == "error");

        Assert.That(replies.Select(reply => reply.Parent), Is.EqualTo(new[] { failing, behind[0], behind[1], info }));
        Assert.That(replies.Select(reply => reply.Text("status")), Is.EqualTo(new[] { "error", "aborted", "aborted", "complete" }));
        Assert.That((replies[0].Text("ename"), replies[0].Text("evalue"), (int?)replies[0].Content["execution_count"]), Is.EqualTo(("NotSupportedException", "no", 1)));
        Assert.That((error.Text("ename"), (string?)error.Content["traceback"]![0]), Is.EqualTo(("NotSupportedException", "no")));
        Assert.That(Client.PublishedFor(behind[1]).Select(message => message.State), Is.EqualTo(new[] { "busy", "idle" }));
        Assert.That(Run("later").Reply.Text("status"), Is.EqualTo("ok"));
        Assert.That(Session.Executed, Is.EqualTo(new[] { "fails", "later" }));
    }

    [Test]
    public void Nothing_is_aborted_if_the_client_does_not_want_it()
    {
        Session.Cells["fails"] = _ => throw new NotSupportedException("no");

        Client.Execute("fails", content => content["stop_on_error"] = false);
        Client.Execute("after");

        Assert.That(new[] { Client.Reply(Client.Shell), Client.Reply(Client.Shell) }.Select(reply => reply.Text("status")), Is.EqualTo(new[] { "error", "ok" }));
    }

    [Test]
    public void A_session_that_throws_is_an_error_of_the_cell()
    {
        Session.Cells["bug"] = _ => throw new InvalidOperationException("broken");

        var (reply, published) = Run("bug");

        Assert.That((reply.Text("status"), reply.Text("evalue")), Is.EqualTo(("error", "broken")));
        Assert.That(published[^1].State, Is.EqualTo("idle"));
    }
}
