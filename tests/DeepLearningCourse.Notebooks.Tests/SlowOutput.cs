using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Tests;

/// <summary>Counts the writes that began and those that came to their end.</summary>
internal sealed class SlowOutput : ICellOutput
{
    private volatile int begun;
    private volatile int ended;

    public int Begun => begun;

    public int Ended => ended;

    public void WriteOut(string text)
    {
        begun++;

        for (var i = 0; i < 50_000_000; i++)
        {
            // As busy as a serializer, with no wait that could be woken.
        }

        ended++;
    }

    public void WriteError(string text) => throw new NotSupportedException();

    public void Display(MimeBundle content, string? displayId) => throw new NotSupportedException();

    public void Update(MimeBundle content, string displayId) => throw new NotSupportedException();

    public void Clear(bool wait) => throw new NotSupportedException();

    public string ReadLine(string prompt, bool isPassword) => throw new NotSupportedException();
}
