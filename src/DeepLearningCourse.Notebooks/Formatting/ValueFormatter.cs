using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DeepLearningCourse.Notebooks.Execution;
using TorchSharp;

namespace DeepLearningCourse.Notebooks.Formatting;

/// <summary>Gives a value in the forms that a notebook can show: by what its type offers, whoever made the type.</summary>
internal static class ValueFormatter
{
    /// <summary>The value's forms; text is always among them. A type whose own code fails is shown as a sentence about it.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A value that cannot be shown is no reason to lose the cell.")]
    public static MimeBundle Format(object? value)
    {
        if (value is null)
        {
            return MimeBundle.Text("null");
        }

        Dictionary<string, string> content = [];
        var before = CultureInfo.CurrentCulture;

        try
        {
            // A notebook's file is the same wherever it was run; TorchSharp and others ask for no culture.
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

            foreach (var (mimeType, text) in SourceFormatters.Format(value))
            {
                content.TryAdd(mimeType, text);
            }

            content.TryAdd("text/plain", PlainText(value));

            if (content.Count == 1 && Html(value) is { } html)
            {
                content["text/html"] = html;
            }
        }
        catch (Exception exception)
        {
            var cause = exception is System.Reflection.TargetInvocationException { InnerException: { } inner } ? inner : exception;
            var sentence = $"A {value.GetType().Name} that cannot be shown: {cause.GetType().Name}: {cause.Message}";
            content["text/plain"] = content.TryGetValue("text/plain", out var text) ? $"{text}\n{sentence}" : sentence;
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        return new MimeBundle(content);
    }

    private static string PlainText(object value) => value switch
    {
        string text => text,
        torch.Tensor tensor => TensorText(tensor),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable sequence when SequenceText.IsReadable(value) => SequenceText.Plain(sequence),
        _ => value.ToString() ?? "",
    };

    private static string? Html(object value)
    {
        if (value is torch.Tensor tensor)
        {
            return KnownFormatters.Html(tensor);
        }

        // An extension or inherited one would need more than a name; the convention is a public method of the type.
        var method = value.GetType().GetMethod("ToHtml", Type.EmptyTypes);
        if (method?.ReturnType == typeof(string))
        {
            return (string?)method.Invoke(value, null);
        }

        return value is IEnumerable sequence and not string && SequenceText.IsReadable(value) ? SequenceText.Html(sequence) : null;
    }

    private static string TensorText(torch.Tensor tensor) =>
        tensor.IsInvalid ? "A tensor that was disposed." : tensor.ToString(TensorStringStyle.Numpy, cultureInfo: CultureInfo.InvariantCulture, newLine: "\n").TrimEnd();
}
