using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace DeepLearningCourse.Notebooks.Formatting;

/// <summary>
/// The convention by which a library tells notebooks how its types are shown without depending on one: an attribute named
/// <c>TypeFormatterSourceAttribute</c>, which names a type that makes formatters. All of them may be internal.
/// </summary>
internal static class SourceFormatters
{
    private const string AttributeName = "TypeFormatterSourceAttribute";
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<(string MimeType, Func<object, TextWriter, bool> Format)>> Known = new();

    public static IEnumerable<(string MimeType, string Text)> Format(object value)
    {
        foreach (var (mimeType, format) in Known.GetOrAdd(value.GetType(), Find))
        {
            StringWriter writer = new();
            if (format(value, writer))
            {
                yield return (mimeType, writer.ToString());
            }
        }
    }

    private static IReadOnlyList<(string, Func<object, TextWriter, bool>)> Find(Type type)
    {
        var attribute = Bases(type).SelectMany(each => each.GetCustomAttributes(false)).FirstOrDefault(each => each.GetType().Name == AttributeName);
        if (Property(attribute, "FormatterSourceType") is not Type sourceType
            || Activator.CreateInstance(sourceType, nonPublic: true) is not { } source
            || sourceType.GetMethod("CreateTypeFormatters", Any)?.Invoke(source, null) is not IEnumerable formatters)
        {
            return [];
        }

        var preferred = Property(attribute, "PreferredMimeTypes") as string[] ?? [];
        return
        [
            .. formatters.Cast<object>().Select(Bind).OfType<(string MimeType, Func<object, TextWriter, bool> Format)>()
                .Where(formatter => preferred.Length == 0 || formatter.MimeType == "text/plain" || preferred.Contains(formatter.MimeType)),
        ];
    }

    private static IEnumerable<Type> Bases(Type type)
    {
        for (var each = type; each is not null; each = each.BaseType)
        {
            yield return each;
        }

        foreach (var each in type.GetInterfaces())
        {
            yield return each;
        }
    }

    private static (string, Func<object, TextWriter, bool>)? Bind(object formatter)
    {
        var method = formatter.GetType().GetMethods(Any).FirstOrDefault(method => method.Name.Split('.')[^1] == "Format" && method.ReturnType == typeof(bool)
            && method.GetParameters() is [_, { ParameterType: var writer }] && writer.IsAssignableFrom(typeof(TextWriter)));
        return Property(formatter, "MimeType") is string mimeType && method is not null
            ? (mimeType, (value, writer) => (bool)method.Invoke(formatter, [value, writer])!)
            : null;
    }

    private static object? Property(object? target, string name) => target?.GetType().GetProperty(name, Any)?.GetValue(target);
}
