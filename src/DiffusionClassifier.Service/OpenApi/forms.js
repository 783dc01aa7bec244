// Makes Swagger UI's forms shorter, and keeps what belongs to a form out of JSON.
window.ClassifierForms = ({ React }) => ({
  wrapComponents: {
    // Fields that the document marks with x-advanced are folded away under one button.
    RequestBody: (RequestBody) => function FoldedRequestBody(props) {
      const [isOpen, setIsOpen] = React.useState(false);
      const id = React.useId();
      const body = React.createElement(RequestBody, props);
      const fields = props.requestBody?.getIn(["content", props.contentType, "schema", "properties"]);
      const advanced = fields?.filter((field) => field.get("x-advanced")).keySeq().toArray() ?? [];
      if (!props.contentType?.startsWith("multipart/") || advanced.length === 0) return body;
      const rows = advanced.map((name) => `[id="${id}"] tr[data-property-name="${CSS.escape(name)}"]`);
      return React.createElement("div", { id },
        isOpen ? null : React.createElement("style", null, `${rows.join(", ")} { display: none }`),
        body,
        React.createElement("button", {
          type: "button",
          className: "btn",
          "aria-expanded": isOpen,
          onClick: () => setIsOpen(!isOpen),
        }, isOpen ? "Hide the advanced fields" : `Advanced: ${advanced.length} more fields`));
    },
    // A field that is left empty is not sent, which is what an empty one would mean.
    ParameterIncludeEmpty: () => () => null,
  },
  statePlugins: {
    oas3: {
      wrapActions: {
        // Swagger UI would show the form's state as the JSON body, and the form's answer below it.
        setRequestContentType: (set, system) => (change) => {
          const before = system.oas3Selectors.requestContentType(...change.pathMethod);
          const result = set(change);
          if (before !== change.value) {
            system.oas3Actions.setRequestBodyValue({ value: undefined, pathMethod: change.pathMethod });
            system.specActions.clearResponse(...change.pathMethod);
            system.specActions.clearRequest(...change.pathMethod);
          }
          return result;
        },
      },
    },
  },
});
