using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>
/// What cells put out, in its order, sent every few milliseconds with neighbouring texts joined, so that a loop of small writes is no flood of messages. A cell's
/// thread, which may be ended at any instruction, does no more than to add to a queue.
/// </summary>
internal sealed class OutputQueue : IDisposable
{
    private const int MillisecondsBetweenBatches = 20;
    private const int MillisecondsBetweenLooks = 200;
    private const int MostCharactersWaiting = 256 * 1024;

    private readonly ConcurrentQueue<OutputItem> waiting = new();
    private readonly AutoResetEvent added = new(false);
    private readonly Lock sending = new();
    private readonly Action<OutgoingMessage> send;
    private readonly Thread thread;
    private OutputItem? half;
    private int characters;
    private int woken;
    private volatile bool ended;

    public OutputQueue(Action<OutgoingMessage> send)
    {
        this.send = send;
        thread = ThreadErrors.NewOwn("Jupyter outputs", Loop);
        thread.Start();
    }

    /// <summary>Text on a stream, <c>stdout</c> or <c>stderr</c>.</summary>
    public void Write(byte[] parentHeader, string stream, string text)
    {
        while (Volatile.Read(ref characters) > MostCharactersWaiting && !ended)
        {
            // A cell that writes faster than clients can be told waits for them.
            Thread.Sleep(1);
        }

        Add(new OutputItem(parentHeader, stream, text, null));
    }

    /// <summary>Any other message.</summary>
    public void Send(OutgoingMessage message) => Add(new OutputItem(message.ParentHeader, null, "", message));

    /// <summary>Sends all that waits.</summary>
    public void Flush() => Flush(keepHalf: false);

    public void Dispose()
    {
        ended = true;
        added.Set();
        thread.Join();
        Flush();
        added.Dispose();
    }

    private void Flush(bool keepHalf)
    {
        lock (sending)
        {
            var first = half;
            StringBuilder text = new(half?.Text);
            half = null;

            while (waiting.TryDequeue(out var item))
            {
                if (first is not null && !item.Continues(first))
                {
                    SendText(first, text);
                    first = null;
                }

                if (item.Message is { } message)
                {
                    send(message);
                    continue;
                }

                first ??= item;
                text.Append(item.Text);
                Interlocked.Add(ref characters, -item.Text.Length);
            }

            if (first is not null && keepHalf && char.IsHighSurrogate(text[^1]))
            {
                // The other half of the character is about to be written.
                half = first with { Text = text[^1].ToString() };
                text.Length--;
            }

            if (first is not null)
            {
                SendText(first, text);
            }
        }
    }

    private void SendText(OutputItem item, StringBuilder text)
    {
        if (text.Length == 0)
        {
            return;
        }

        send(OutgoingMessage.Published(item.ParentHeader, "stream", new JsonObject { ["name"] = item.Stream, ["text"] = text.ToString() }));
        text.Clear();
    }

    // An abort of the cell waits for the end of a finally block, and so never leaves the queue half changed. Optimized, one whose try does nothing is no such block any more.
    [MethodImpl(MethodImplOptions.NoOptimization)]
    private void Add(OutputItem item)
    {
        try
        {
            // Nothing: see above.
        }
        finally
        {
            waiting.Enqueue(item);
            Interlocked.Add(ref characters, item.Text.Length);
            if (Interlocked.Exchange(ref woken, 1) == 0 && !ended)
            {
                added.Set();
            }
        }
    }

    private void Loop()
    {
        while (!ended)
        {
            // An interrupt can take the place of a wake-up, so the wait is a short one.
            added.WaitOne(MillisecondsBetweenLooks);
            Thread.Sleep(MillisecondsBetweenBatches);
            Volatile.Write(ref woken, 0);
            Flush(keepHalf: true);
        }
    }

    private sealed record OutputItem(byte[] ParentHeader, string? Stream, string Text, OutgoingMessage? Message)
    {
        public bool Continues(OutputItem before) => Message is null && Stream == before.Stream && ReferenceEquals(ParentHeader, before.ParentHeader);
    }
}
