namespace DeepLearningCourse.Models;

/// <summary>libtorch's errors without the pages of C++ frames that it appends to them.</summary>
internal static class NativeErrorText
{
    /// <summary>What libtorch says went wrong, without a full stop.</summary>
    public static string FirstLine(Exception cause) => cause.Message.Split('\n', 2)[0].Trim().TrimEnd('.');

    /// <summary>An exception as .NET prints one, its libtorch cause shortened to the sentence and the C# lines.</summary>
    public static string Describe(Exception exception)
    {
        var text = $"{exception.GetType()}: {exception.Message}";
        if (exception.InnerException is { } cause)
        {
            text += $"\n ---> {cause.GetType()}: {FirstLine(cause)}\n{cause.StackTrace}\n   --- End of inner exception stack trace ---";
        }

        return exception.StackTrace is null ? text : $"{text}\n{exception.StackTrace}";
    }
}
