using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The members of tuples and records, in the order in which they are written, and how to read and make them.</summary>
internal static class MemberAccess
{
    private static readonly ConcurrentDictionary<MemberInfo, Delegate> Getters = new();

    /// <summary>
    /// The items of a tuple, without names, as C# forgets them; or what the parameters of a type's longest constructor are called, with
    /// the property or field of that name. Null if it is no such type.
    /// </summary>
    public static (string? Name, MemberInfo Member, Type Type)[]? Of(Type type)
    {
        if (IsTuple(type))
        {
            return [.. type.GetGenericArguments().Select((item, i) => ((string?)null, Single(type, $"Item{i + 1}")!, item))];
        }

        if (Constructor(type)?.GetParameters() is not { Length: > 0 } parameters || parameters.Any(p => Single(type, p.Name!) is null))
        {
            return null;
        }

        return [.. parameters.Select(p => Single(type, p.Name!)!).Select(member => ((string?)member.Name, member, TypeOf(member)))];
    }

    /// <summary>The parameters with which a tuple or a record is made; null if it is neither.</summary>
    public static (string? Name, Type Type)[]? Parameters(Type type) =>
        IsTuple(type)
            ? [.. type.GetGenericArguments().Select(item => ((string?)null, item))]
            : Constructor(type)?.GetParameters() is { Length: > 0 } parameters ? [.. parameters.Select(p => (p.Name, p.ParameterType))] : null;

    public static Func<TOwner, TMember> Getter<TOwner, TMember>(MemberInfo member) =>
        (Func<TOwner, TMember>)Getters.GetOrAdd(member, static m =>
        {
            var owner = Expression.Parameter(typeof(TOwner));
            return Expression.Lambda<Func<TOwner, TMember>>(Expression.MakeMemberAccess(owner, m), owner).Compile();
        });

    public static Func<object?[], T> Maker<T>()
    {
        var constructor = ConstructorInvoker.Create(typeof(T).GetConstructors().MaxBy(c => c.GetParameters().Length)!);
        return arguments => (T)constructor.Invoke(arguments.AsSpan());
    }

    // An eighth item hides in a tuple of its own, which ITuple does not show as one: seven is what reads back as written.
    private static bool IsTuple(Type type) =>
        type.IsGenericType && type.IsAssignableTo(typeof(ITuple)) && type.IsValueType && type.GetGenericArguments().Length <= 7;

    private static ConstructorInfo? Constructor(Type type)
    {
        var isOfUser = !type.IsPrimitive && !type.IsEnum && !type.IsArray && !type.IsAbstract && type.Namespace?.Split('.')[0] is not ("System" or "TorchSharp");
        return isOfUser ? type.GetConstructors().MaxBy(c => c.GetParameters().Length) : null;
    }

    private static MemberInfo? Single(Type type, string name) =>
        type.GetMembers(BindingFlags.Instance | BindingFlags.Public)
            .FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase)
                && m is FieldInfo or PropertyInfo { CanRead: true });

    private static Type TypeOf(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;
}
