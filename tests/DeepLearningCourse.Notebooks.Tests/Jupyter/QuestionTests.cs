using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

internal sealed class QuestionTests : KernelTest
{
    private const string WithEmoji = "\"😀😀\".L";

    [Test]
    public void The_kernel_says_what_it_speaks()
    {
        var info = Ask("kernel_info_request", []);

        Assert.That((info.Type, info.Text("status"), info.Text("protocol_version")), Is.EqualTo(("kernel_info_reply", "ok", "5.3")));
        Assert.That(((string?)info.Content["language_info"]!["name"], (string?)info.Content["language_info"]!["file_extension"]), Is.EqualTo(("C#", ".cs")));
    }

    [Test]
    public void Completions_count_characters_as_people_do()
    {
        var reply = Ask("complete_request", new JsonObject { ["code"] = WithEmoji, ["cursor_pos"] = 6 });

        Assert.That(Session.CursorSeen, Is.EqualTo(8), "UTF-16 units");
        Assert.That(((int?)reply.Content["cursor_start"], (int?)reply.Content["cursor_end"]), Is.EqualTo((5, 6)));
        Assert.That(reply.Content["matches"]!.ToJsonString(), Is.EqualTo("[\"Length\",\"Last\"]"));
    }

    [Test]
    public void An_inspection_counts_characters_as_people_do()
    {
        var reply = Ask("inspect_request", new JsonObject { ["code"] = WithEmoji, ["cursor_pos"] = 2, ["detail_level"] = 0 });

        Assert.That((bool?)reply.Content["found"], Is.True);
        Assert.That((string?)reply.Content["data"]!["text/plain"], Is.EqualTo("3"));
        Assert.That((bool?)Ask("inspect_request", new JsonObject { ["code"] = "", ["cursor_pos"] = 99 }).Content["found"], Is.False);
        Assert.That(Session.CursorSeen, Is.Zero, "a position outside is at the nearer end");
    }

    [TestCase("x", "complete")]
    [TestCase("{", "incomplete")]
    [TestCase("}", "invalid")]
    public void A_console_learns_whether_code_is_complete(string code, string status) =>
        Assert.That(Ask("is_complete_request", new JsonObject { ["code"] = code }).Text("status"), Is.EqualTo(status));

    [Test]
    public void An_incomplete_block_goes_on_indented() =>
        Assert.That(Ask("is_complete_request", new JsonObject { ["code"] = "{" }).Text("indent"), Is.EqualTo("    "));

    [Test]
    public void History_gives_the_last_cells_a_range_and_those_like_a_pattern()
    {
        Session.Cells["b"] = _ => DeepLearningCourse.Notebooks.Execution.MimeBundle.Text("B");
        Run("a1");
        Run("b");
        Run("a2");

        Assert.That(History(new() { ["hist_access_type"] = "tail", ["n"] = 2, ["output"] = true }), Is.EqualTo("[[1,2,[\"b\",\"B\"]],[1,3,[\"a2\",null]]]"));
        Assert.That(History(new() { ["hist_access_type"] = "range", ["session"] = 0, ["start"] = 1, ["stop"] = 2 }), Is.EqualTo("[[1,1,\"a1\"]]"));
        Assert.That(History(new() { ["hist_access_type"] = "search", ["pattern"] = "a*", ["n"] = 10 }), Is.EqualTo("[[1,1,\"a1\"],[1,3,\"a2\"]]"));
        Assert.That(History(new() { ["hist_access_type"] = "range", ["session"] = -7 }), Is.EqualTo("[]"));
    }

    [Test]
    public void There_are_no_comms_and_one_that_is_opened_is_closed()
    {
        Assert.That(Ask("comm_info_request", []).Content["comms"]!.ToJsonString(), Is.EqualTo("{}"));

        var id = Client.Send(Client.Shell, "comm_open", new JsonObject { ["comm_id"] = "c1", ["target_name"] = "widget", ["data"] = new JsonObject() });
        var closed = Client.PublishedFor(id).Single(message => message.Type == "comm_close");
        Assert.That(closed.Text("comm_id"), Is.EqualTo("c1"));
        Assert.That(Client.PublishedFor(Client.Send(Client.Shell, "comm_close", new JsonObject { ["comm_id"] = "c1" })), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_request_that_is_not_known_is_answered_so()
    {
        var id = Client.Send(Client.Control, "debug_request", []);
        var reply = Client.Reply(Client.Control);

        Assert.That((reply.Type, reply.Text("status")), Is.EqualTo(("debug_reply", "error")));
        Assert.That(Client.PublishedFor(id).Select(message => message.State), Is.EqualTo(new[] { "busy", "idle" }));
    }

    [Test]
    public void A_request_with_nonsense_in_it_is_answered_and_leaves_the_kernel_idle()
    {
        var id = Client.Send(Client.Shell, "complete_request", new JsonObject { ["code"] = new JsonArray(), ["cursor_pos"] = "x" });

        Assert.That(Client.Reply(Client.Shell).Text("status"), Is.EqualTo("error"));
        Assert.That(Client.PublishedFor(id)[^1].State, Is.EqualTo("idle"));
        Assert.That(Log, Has.Count.EqualTo(1));
    }

    private string History(JsonObject content) => Ask("history_request", content).Content["history"]!.ToJsonString();

    private TestMessage Ask(string type, JsonObject content)
    {
        var id = Client.Send(Client.Shell, type, content);
        var reply = Client.Reply(Client.Shell);
        Assert.That(Client.PublishedFor(id).Select(message => message.State), Is.EqualTo(new[] { "busy", "idle" }));
        return reply;
    }
}
